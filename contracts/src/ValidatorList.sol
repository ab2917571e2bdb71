// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title An ascending list of validator addresses and its RLP hash.
library ValidatorList {
    error DuplicateValidator(address validator);
    error NotValidator(address validator);

    /// @dev Insertion keeps the list ascending. Linear: a set has tens of members, not thousands.
    function insert(address[] storage list, address validator) internal {
        list.push(validator);
        uint256 i = list.length - 1;
        while (i > 0 && list[i - 1] >= validator) {
            if (list[i - 1] == validator) revert DuplicateValidator(validator);
            list[i] = list[i - 1];
            i--;
        }
        list[i] = validator;
    }

    function remove(address[] storage list, address validator) internal {
        uint256 n = list.length;
        uint256 i = 0;
        while (i < n && list[i] != validator) i++;
        if (i == n) revert NotValidator(validator);
        for (; i + 1 < n; i++) {
            list[i] = list[i + 1];
        }
        list.pop();
    }

    /// @notice keccak256(RLP(list of 20-byte strings)), what a header's validator list hashes to.
    function hash(address[] storage list) internal view returns (bytes32) {
        uint256 n = list.length;
        bytes memory body = new bytes(n * 21);
        for (uint256 i = 0; i < n; i++) {
            // One item: 0x94 (string of 20 bytes) and the address, left-aligned in a word.
            bytes32 item = bytes32((uint256(0x94) << 248) | (uint256(uint160(list[i])) << 88));
            for (uint256 j = 0; j < 21; j++) {
                body[i * 21 + j] = item[j];
            }
        }
        return keccak256(bytes.concat(_listHeader(body.length), body));
    }

    function _listHeader(uint256 length) private pure returns (bytes memory) {
        if (length < 56) return abi.encodePacked(uint8(0xc0 + length));
        if (length < 0x100) return abi.encodePacked(uint8(0xf8), uint8(length));
        if (length < 0x10000) return abi.encodePacked(uint8(0xf9), uint16(length));
        return abi.encodePacked(uint8(0xfa), uint24(length));
    }
}
