// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The cheat codes of forge that these tests use.
interface Vm {
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function warp(uint256 time) external;
    function roll(uint256 height) external;
    function chainId(uint256 id) external;
    function setBlockhash(uint256 height, bytes32 hash) external;
    function etch(address where, bytes calldata code) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function expectRevert(bytes calldata reason) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectEmit(address emitter) external;
    function assume(bool condition) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 key) external pure returns (address);
    function load(address target, bytes32 slot) external view returns (bytes32);
    function store(address target, bytes32 slot, bytes32 value) external;
    function lastCallGas() external view returns (Gas memory);
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonBytes32Array(string calldata json, string calldata key)
        external
        pure
        returns (bytes32[] memory);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function toString(uint256 value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

/// @notice Prints in forge's output with -vv.
function say(string memory text, uint256 value) view {
    (bool ok,) = address(0x000000000000000000636F6e736F6c652e6c6f67)
        .staticcall(abi.encodeWithSignature("log(string,uint256)", text, value));
    ok;
}

error NotEqual(uint256 got, uint256 wanted);
error NotEqualBytes(bytes got, bytes wanted);
error NotTrue(string what);

function eq(uint256 got, uint256 wanted) pure {
    if (got != wanted) revert NotEqual(got, wanted);
}

function eq(bytes32 got, bytes32 wanted) pure {
    if (got != wanted) revert NotEqualBytes(abi.encode(got), abi.encode(wanted));
}

function eq(address got, address wanted) pure {
    if (got != wanted) revert NotEqual(uint160(got), uint160(wanted));
}

function yes(bool condition, string memory what) pure {
    if (!condition) revert NotTrue(what);
}

function within(uint256 value, uint256 low, uint256 high) pure returns (uint256) {
    return low + value % (high - low + 1);
}
