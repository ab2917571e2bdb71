// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernance} from "./IGovernance.sol";
import {ISettlement} from "./ISettlement.sol";

/// @title Settlement accounts: a mirror of money that stays in the bank.
/// @notice The bank's role credits postings and confirms redemptions; registered contracts lock and
///         release; nobody else moves anything, the operator included. There is no transfer between
///         accounts, so this is not a token. At every block
///             sum of free + sum of escrow + sum in transit = total = the bank's balance.
/// @dev Calls nobody but Governance's view of roles. No administrator, no upgrade.
contract Settlement is ISettlement {
    /// @dev One slot.
    struct Books {
        uint128 total;
        bool stopped; // the bank's statement differed from total
    }

    uint32 private constant ROLE_BANK = 4;
    uint256 private constant REGISTERED = 1 << 128;

    IGovernance public immutable GOVERNANCE;

    Books internal _books; // slot 0
    /// @dev Low half: free. High half: in transit, i.e. asked to be paid out and not yet confirmed.
    ///      No half can overflow: all amounts together are `total`, which is checked.
    mapping(address => uint256) internal _accounts; // slot 1
    /// @dev Low half: what the contract holds locked. Bit 128: it may lock more.
    mapping(address => uint256) internal _escrows; // slot 2
    mapping(bytes32 => bool) public postingUsed; // slot 3

    event Credited(address indexed account, bytes32 indexed posting, uint128 amount);
    event RedemptionRequested(address indexed account, uint128 amount);
    event Redeemed(address indexed account, bytes32 indexed posting, uint128 amount);
    event RedemptionRejected(address indexed account, bytes32 indexed posting, uint128 amount);
    event MoneyLocked(address indexed from, address indexed by, uint128 amount);
    event MoneyReleased(address indexed to, address indexed by, uint128 amount);
    event ContractRegistered(address indexed account, bool registered);
    event Reconciled(uint128 bankBalance, uint128 total, bool stopped);

    error NotBank(address account);
    error NotRegistered(address account);
    error PostingUsed(bytes32 posting);
    error InsufficientBalance(address account, uint128 wanted, uint128 free);
    error InsufficientEscrow(address account, uint128 wanted, uint128 held);
    error InsufficientTransit(address account, uint128 wanted, uint128 inTransit);
    error LocksStopped();
    error ZeroAddress();

    /// @param governance says who is the bank
    /// @param contracts may lock from genesis on
    constructor(address governance, address[] memory contracts) {
        GOVERNANCE = IGovernance(governance);
        for (uint256 i = 0; i < contracts.length; i++) {
            _escrows[contracts[i]] = REGISTERED;
            emit ContractRegistered(contracts[i], true);
        }
    }

    modifier onlyBank() {
        if (!GOVERNANCE.hasRole(msg.sender, ROLE_BANK)) revert NotBank(msg.sender);
        _;
    }

    // ---- the bank -----------------------------------------------------------------------------
    /// @notice Credits a bank posting. A posting's reference counts once.
    function deposit(address account, uint128 amount, bytes32 posting) external onlyBank {
        if (account == address(0)) revert ZeroAddress();
        _use(posting);
        _books.total += amount;
        _credit(account, amount);
        emit Credited(account, posting, amount);
    }

    /// @notice The bank has paid a redemption out.
    function confirmRedemption(address account, uint128 amount, bytes32 posting) external onlyBank {
        _use(posting);
        _takeFromTransit(account, amount);
        _books.total -= amount;
        emit Redeemed(account, posting, amount);
    }

    /// @notice The bank could not pay a redemption out; the money is free again.
    function rejectRedemption(address account, uint128 amount, bytes32 posting) external onlyBank {
        _use(posting);
        _takeFromTransit(account, amount);
        _credit(account, amount);
        emit RedemptionRejected(account, posting, amount);
    }

    /// @notice The bank states its balance. A difference stops new locks until a statement agrees.
    function reconcile(uint128 bankBalance) external onlyBank {
        bool stopped = bankBalance != _books.total;
        _books.stopped = stopped;
        emit Reconciled(bankBalance, _books.total, stopped);
    }

    /// @notice Admits a contract to lock money, or ends that. Its escrow stays its own either way.
    function registerContract(address account, bool registered) external onlyBank {
        uint256 held = uint128(_escrows[account]);
        _escrows[account] = registered ? held | REGISTERED : held;
        emit ContractRegistered(account, registered);
    }

    // ---- the holder ---------------------------------------------------------------------------
    /// @notice Asks for free money to be paid out to the holder's bank account.
    function redeem(uint128 amount) external {
        _takeFree(msg.sender, amount);
        _accounts[msg.sender] += uint256(amount) << 128;
        emit RedemptionRequested(msg.sender, amount);
    }

    // ---- registered contracts -------------------------------------------------------------------
    /// @inheritdoc ISettlement
    function lock(address from, uint128 amount) external {
        if (_books.stopped) revert LocksStopped();
        uint256 escrow = _escrows[msg.sender];
        if (escrow & REGISTERED == 0) revert NotRegistered(msg.sender);
        _takeFree(from, amount);
        unchecked {
            _escrows[msg.sender] = escrow + amount; // at most total
        }
        emit MoneyLocked(from, msg.sender, amount);
    }

    /// @inheritdoc ISettlement
    function release(address to, uint128 amount) external {
        uint256 escrow = _escrows[msg.sender];
        if (uint128(escrow) < amount) {
            revert InsufficientEscrow(msg.sender, amount, uint128(escrow));
        }
        unchecked {
            _escrows[msg.sender] = escrow - amount; // checked above
        }
        _credit(to, amount);
        emit MoneyReleased(to, msg.sender, amount);
    }

    // ---- views ----------------------------------------------------------------------------------
    function balanceOf(address account) external view returns (uint128 free, uint128 inTransit) {
        uint256 a = _accounts[account];
        return (uint128(a), uint128(a >> 128));
    }

    function escrowOf(address account) external view returns (uint128 amount, bool registered) {
        uint256 e = _escrows[account];
        return (uint128(e), e & REGISTERED != 0);
    }

    function books() external view returns (uint128 total, bool stopped) {
        return (_books.total, _books.stopped);
    }

    // ---- inside -----------------------------------------------------------------------------------
    function _use(bytes32 posting) private {
        if (postingUsed[posting]) revert PostingUsed(posting);
        postingUsed[posting] = true;
    }

    function _credit(address account, uint128 amount) private {
        unchecked {
            _accounts[account] += amount; // at most total
        }
    }

    function _takeFree(address account, uint128 amount) private {
        uint256 a = _accounts[account];
        if (uint128(a) < amount) revert InsufficientBalance(account, amount, uint128(a));
        unchecked {
            _accounts[account] = a - amount; // checked above
        }
    }

    function _takeFromTransit(address account, uint128 amount) private {
        uint256 a = _accounts[account];
        if (a >> 128 < amount) revert InsufficientTransit(account, amount, uint128(a >> 128));
        unchecked {
            _accounts[account] = a - (uint256(amount) << 128); // checked above
        }
    }
}
