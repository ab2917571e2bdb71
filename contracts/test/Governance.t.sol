// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governance} from "../src/Governance.sol";
import {IGovernance} from "../src/IGovernance.sol";
import {IGovernance as I} from "../src/IGovernance.sol";
import {ValidatorList} from "../src/ValidatorList.sol";
import {eq, vm, within, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @title Who may do what, quorums, validators, and the slots the node reads.
contract GovernanceTest is World {
    address private constant NEW = address(0xcccc);

    function by(address who, bytes memory call) private {
        vm.prank(who);
        (bool ok, bytes memory out) = address(governance).call(call);
        if (!ok) {
            assembly {
                revert(add(out, 32), mload(out))
            }
        }
    }

    /// @dev Both of the two organisations that make a quorum.
    function quorum(bytes memory call) private {
        by(admin1, call);
        by(admin2, call);
    }

    function slot(uint256 n) private view returns (uint256) {
        return uint256(vm.load(address(governance), bytes32(n)));
    }

    function slotOf(bytes32 key, uint256 n) private view returns (uint256) {
        return slot(uint256(keccak256(abi.encode(key, n))));
    }

    function keyOf(address a) private pure returns (bytes32) {
        return bytes32(uint256(uint160(a)));
    }

    // ---- slots ------------------------------------------------------------------------------------
    function test_the_node_finds_genesis_in_the_pinned_slots() external view {
        eq(slot(0), 0);
        bytes memory rlp = abi.encodePacked(
            uint8(0xc0 + 42), uint8(0x94), address(0xaaaa), uint8(0x94), address(0xbbbb)
        );
        eq(slot(1), uint256(keccak256(rlp)));
        eq(slot(2), 2);
        eq(slot(uint256(keccak256(abi.encode(2)))), 0xaaaa);
        eq(slot(uint256(keccak256(abi.encode(2))) + 1), 0xbbbb);
        eq(slotOf(keyOf(bank), 3), 1 | 1 << 32 | 4 << 64);
        eq(slotOf(bytes32(uint256(2)), 4), 30_000_000 | 2 << 64);
        eq(slot(uint256(keccak256(abi.encode(2, 4))) + 1), 2);
        eq(slotOf(keyOf(address(exchange)), 5), 1);
        eq(slot(6), 0);
        eq(slot(7), 4 | 3 << 32 | 2 << 64);
        eq(slotOf(keyOf(address(0xaaaa)), 9), 1);
    }

    function test_later_writes_land_in_the_pinned_slots() external {
        quorum(abi.encodeCall(governance.scheduleProtocol, (uint64(H0 + 5), 2, 0x1ff)));
        eq(slot(6), 1);
        eq(slot(uint256(keccak256(abi.encode(6)))), (H0 + 5) | 2 << 64);
        eq(slot(uint256(keccak256(abi.encode(6))) + 1), 0x1ff);
        by(admin1, abi.encodeCall(governance.setNodeKey, ("node", 1, 1)));
        eq(slotOf("node", 8), 1 | 1 << 32);
        quorum(abi.encodeCall(governance.proposeValidator, (NEW, 4)));
        eq(slotOf(keyOf(NEW), 10), 4 | T0 << 32);
        by(admin2, abi.encodeCall(governance.setAccount, (NEW, 2, 3)));
        eq(slotOf(keyOf(NEW), 3), 2 | 3 << 32);
        quorum(abi.encodeCall(governance.setGasQuota, (4, 77)));
        eq(uint64(slotOf(bytes32(uint256(4)), 4)), 77);
        by(registrar, abi.encodeCall(governance.setOrganisationSuspended, (4, true, "ground")));
        eq(slotOf(bytes32(uint256(4)), 4) >> 64, 1);
    }

    // ---- quorum -----------------------------------------------------------------------------------
    function test_a_governed_call_needs_two_of_three_organisations() external {
        bytes memory call = abi.encodeCall(governance.setGasQuota, (4, 5));
        by(admin1, call);
        eq(governance.organisationOf(4).gasQuota, 30_000_000);
        eq(governance.proposalOf(keccak256(call)).approvers.length, 1);
        by(admin3, call);
        eq(governance.organisationOf(4).gasQuota, 5);
        eq(governance.proposalOf(keccak256(call)).approvers.length, 0);
    }

    function test_one_organisation_votes_once_whatever_its_accounts() external {
        address second = address(0xad11);
        by(admin1, abi.encodeCall(governance.setAccount, (second, 1, 1)));
        quorum(abi.encodeCall(governance.setRoles, (second, 1)));
        bytes memory call = abi.encodeCall(governance.setGasQuota, (4, 5));
        by(admin1, call);
        vm.expectRevert(
            abi.encodeWithSelector(I.AlreadyApproved.selector, keccak256(call), uint32(1))
        );
        vm.prank(second);
        governance.setGasQuota(4, 5);
    }

    function test_strangers_and_organisations_without_a_vote_cannot_govern() external {
        address[3] memory who = [watchtower, operator4, bank];
        for (uint256 i = 0; i < 3; i++) {
            vm.expectRevert(
                abi.encodeWithSelector(I.NotAuthorised.selector, who[i], uint32(1))
            );
            vm.prank(who[i]);
            governance.setGasQuota(4, 5);
        }
    }

    function test_approvals_age_out() external {
        bytes memory call = abi.encodeCall(governance.setGasQuota, (4, 5));
        by(admin1, call);
        vm.warp(T0 + 7 days);
        by(admin2, call);
        eq(governance.organisationOf(4).gasQuota, 30_000_000);
        by(admin1, call);
        eq(governance.organisationOf(4).gasQuota, 5);
    }

    function test_an_approval_can_be_taken_back() external {
        bytes memory call = abi.encodeCall(governance.setGasQuota, (4, 5));
        by(admin1, call);
        by(admin1, abi.encodeCall(governance.withdrawApproval, (keccak256(call))));
        by(admin2, call);
        eq(governance.organisationOf(4).gasQuota, 30_000_000);
        vm.expectRevert(
            abi.encodeWithSelector(I.NotApproved.selector, keccak256(call), uint32(3))
        );
        vm.prank(admin3);
        governance.withdrawApproval(keccak256(call));
    }

    function test_the_approval_of_an_organisation_since_suspended_does_not_count() external {
        bytes memory call = abi.encodeCall(governance.setGasQuota, (4, 5));
        by(admin1, call);
        by(registrar, abi.encodeCall(governance.addOrganisation, ("five", 0, 1)));
        quorum(abi.encodeCall(governance.setOrganisationAdmin, (5, true)));
        by(admin3, abi.encodeCall(governance.setGasQuota, (4, 6))); // another action: no matter
        // The registrar sits in organisation 1; another registrar suspends that organisation.
        address other = address(0x4e92);
        by(admin2, abi.encodeCall(governance.setAccount, (other, 2, 1)));
        quorum(abi.encodeCall(governance.setRoles, (other, 2)));
        by(other, abi.encodeCall(governance.setOrganisationSuspended, (1, true, "ground")));
        by(admin2, call);
        eq(governance.organisationOf(4).gasQuota, 30_000_000);
        by(admin3, call);
        eq(governance.organisationOf(4).gasQuota, 5);
    }

    function test_governance_never_loses_its_quorum() external {
        quorum(abi.encodeCall(governance.setOrganisationAdmin, (3, false)));
        by(admin1, abi.encodeCall(governance.setOrganisationAdmin, (2, false)));
        vm.expectRevert(
            abi.encodeWithSelector(I.QuorumUnreachable.selector, uint32(2), uint32(1))
        );
        vm.prank(admin2);
        governance.setOrganisationAdmin(2, false);
        by(admin1, abi.encodeCall(governance.setQuorum, (3)));
        vm.expectRevert(
            abi.encodeWithSelector(I.QuorumUnreachable.selector, uint32(3), uint32(2))
        );
        vm.prank(admin2);
        governance.setQuorum(3);
    }

    // ---- registrar and organisations -----------------------------------------------------------------
    function test_the_registrar_admits_an_organisation_and_its_administrator() external {
        vm.prank(registrar);
        uint32 id = governance.addOrganisation("document", 7, 1000);
        eq(id, 5);
        by(registrar, abi.encodeCall(governance.appointAdministrator, (NEW, 5)));
        yes(governance.hasRole(NEW, 1), "administrator");
        address user = address(0xdddd);
        by(NEW, abi.encodeCall(governance.setAccount, (user, 5, 1)));
        yes(governance.isActive(user), "active");
        by(registrar, abi.encodeCall(governance.setOrganisationSuspended, (5, true, "ground")));
        yes(!governance.isActive(user) && !governance.hasRole(NEW, 1), "suspended");
        eq(governance.firstInactive(buyer, user), user);
        eq(governance.firstInactive(user, buyer), user);
        eq(governance.firstInactive(seller, buyer), address(0));
    }

    function test_the_registrar_appoints_nobody_in_a_voting_organisation() external {
        vm.expectRevert(abi.encodeWithSelector(I.NotAuthorised.selector, registrar, uint32(1)));
        vm.prank(registrar);
        governance.appointAdministrator(NEW, 2);
        vm.expectRevert(abi.encodeWithSelector(I.UnknownOrganisation.selector, uint32(9)));
        vm.prank(registrar);
        governance.appointAdministrator(NEW, 9);
    }

    function test_only_the_registrar_admits_and_suspends() external {
        vm.expectRevert(abi.encodeWithSelector(I.NotAuthorised.selector, admin1, uint32(2)));
        vm.prank(admin1);
        governance.addOrganisation("document", 0, 1);
        vm.expectRevert(abi.encodeWithSelector(I.NotAuthorised.selector, admin1, uint32(2)));
        vm.prank(admin1);
        governance.setOrganisationSuspended(2, true, "ground");
    }

    function test_an_organisation_keeps_its_own_accounts_only() external {
        vm.expectRevert(abi.encodeWithSelector(I.NotAuthorised.selector, admin1, uint32(1)));
        vm.prank(admin1);
        governance.setAccount(NEW, 2, 1);
        vm.expectRevert(abi.encodeWithSelector(I.AccountTaken.selector, seller));
        vm.prank(admin1);
        governance.setAccount(seller, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(I.ZeroAddress.selector));
        vm.prank(admin1);
        governance.setAccount(address(0), 1, 1);
        by(admin1, abi.encodeCall(governance.setNodeKey, ("node", 1, 1)));
        vm.expectRevert(abi.encodeWithSelector(I.NodeKeyTaken.selector, bytes32("node")));
        vm.prank(admin2);
        governance.setNodeKey("node", 2, 1);
    }

    function test_permissions_do_not_touch_roles_and_unknown_accounts_get_none() external {
        by(admin1, abi.encodeCall(governance.setAccount, (bank, 1, 3)));
        (, uint32 permissions, uint32 roles) = governance.accountOf(bank);
        eq(permissions, 3);
        eq(roles, 4);
        by(admin1, abi.encodeCall(governance.setRoles, (NEW, 1)));
        vm.expectRevert(abi.encodeWithSelector(I.UnknownAccount.selector, NEW));
        vm.prank(admin2);
        governance.setRoles(NEW, 1);
    }

    function test_contract_marks_are_set_by_the_quorum() external {
        quorum(abi.encodeCall(governance.setContractMarks, (NEW, 1)));
        eq(governance.contractMarks(NEW), 1);
    }

    function test_the_protocol_schedule_only_grows_and_only_ahead() external {
        quorum(abi.encodeCall(governance.scheduleProtocol, (uint64(H0 + 5), 2, 1)));
        uint64[2] memory bad = [uint64(H0 + 5), uint64(H0)];
        for (uint256 i = 0; i < 2; i++) {
            by(admin1, abi.encodeCall(governance.scheduleProtocol, (bad[i], 3, 1)));
            vm.expectRevert(abi.encodeWithSelector(I.HeightNotAscending.selector, bad[i]));
            vm.prank(admin2);
            governance.scheduleProtocol(bad[i], 3, 1);
        }
        quorum(abi.encodeCall(governance.scheduleProtocol, (uint64(H0 + 6), 3, 1)));
        eq(governance.schedule().length, 2);
    }

    // ---- validators -----------------------------------------------------------------------------------
    function accept(address validator) private {
        quorum(abi.encodeCall(governance.proposeValidator, (validator, 4)));
    }

    function test_a_candidate_joins_when_its_operator_acknowledges_a_recent_block() external {
        accept(NEW);
        eq(governance.validators().length, 2);
        vm.setBlockhash(H0 - 1, "hash");
        by(operator4, abi.encodeCall(governance.acknowledgeValidator, (NEW, H0 - 1, "hash")));
        address[] memory set = governance.validators();
        eq(set.length, 3);
        eq(set[2], NEW);
        eq(governance.epoch(), 1);
        eq(
            governance.validatorsHash(),
            keccak256(
                abi.encodePacked(
                    bytes2(0xf83f), uint8(0x94), set[0], uint8(0x94), set[1], uint8(0x94), set[2]
                )
            )
        );
        vm.expectRevert(abi.encodeWithSelector(I.NotCandidate.selector, NEW));
        vm.prank(operator4);
        governance.acknowledgeValidator(NEW, H0 - 1, "hash");
        by(admin1, abi.encodeCall(governance.proposeValidator, (NEW, 4)));
        vm.expectRevert(abi.encodeWithSelector(I.AlreadyValidator.selector, NEW));
        vm.prank(admin2);
        governance.proposeValidator(NEW, 4);
    }

    function testFuzz_only_the_hash_of_one_of_the_last_64_heights_acknowledges(uint256 back)
        external
    {
        back = within(back, 0, 80);
        accept(NEW);
        uint256 height = H0 - back;
        if (back > 0) vm.setBlockhash(height, "hash");
        bool good = back >= 1 && back <= 64;
        if (!good) {
            vm.expectRevert(abi.encodeWithSelector(I.WrongBlockHash.selector, height));
        }
        vm.prank(operator4);
        governance.acknowledgeValidator(NEW, height, "hash");
        eq(governance.epoch(), good ? 1 : 0);
    }

    function test_a_wrong_hash_or_a_foreign_operator_acknowledges_nothing() external {
        accept(NEW);
        vm.setBlockhash(H0 - 1, "hash");
        vm.expectRevert(abi.encodeWithSelector(I.WrongBlockHash.selector, H0 - 1));
        vm.prank(operator4);
        governance.acknowledgeValidator(NEW, H0 - 1, "other");
        vm.expectRevert(abi.encodeWithSelector(I.NotAuthorised.selector, admin1, uint32(32)));
        vm.prank(admin1);
        governance.acknowledgeValidator(NEW, H0 - 1, "hash");
        vm.warp(T0 + 7 days);
        vm.expectRevert(abi.encodeWithSelector(I.NotCandidate.selector, NEW));
        vm.prank(operator4);
        governance.acknowledgeValidator(NEW, H0 - 1, "hash");
    }

    function test_the_quorum_removes_validators_but_not_the_last() external {
        quorum(abi.encodeCall(governance.removeValidator, (address(0xaaaa))));
        eq(governance.validators().length, 1);
        eq(governance.epoch(), 1);
        eq(governance.validatorOrganisation(address(0xaaaa)), 0);
        by(admin1, abi.encodeCall(governance.removeValidator, (address(0xbbbb))));
        vm.expectRevert(abi.encodeWithSelector(I.LastValidator.selector));
        vm.prank(admin2);
        governance.removeValidator(address(0xbbbb));
    }

    function test_removing_who_is_not_a_validator_reverts_and_a_candidate_is_dropped() external {
        by(admin1, abi.encodeCall(governance.removeValidator, (NEW)));
        vm.expectRevert(abi.encodeWithSelector(ValidatorList.NotValidator.selector, NEW));
        vm.prank(admin2);
        governance.removeValidator(NEW);
        accept(NEW);
        by(admin2, abi.encodeCall(governance.removeValidator, (NEW)));
        (uint32 organisation,) = governance.candidates(NEW);
        eq(organisation, 0);
        eq(governance.epoch(), 0);
    }

    /// @dev Whatever joins and leaves, the list stays ascending and its hash right.
    function testFuzz_the_validator_list_stays_ascending(uint256 seed) external {
        uint256 epoch = 0;
        for (uint256 i = 0; i < 8; i++) {
            seed = uint256(keccak256(abi.encode(seed)));
            address v = address(uint160(seed));
            accept(v);
            vm.setBlockhash(H0 - 1, "hash");
            by(operator4, abi.encodeCall(governance.acknowledgeValidator, (v, H0 - 1, "hash")));
            epoch++;
            if (seed >> 255 == 1) {
                address[] memory list = governance.validators();
                quorum(
                    abi.encodeCall(
                        governance.removeValidator, (list[(seed >> 200) % list.length])
                    )
                );
                epoch++;
            }
        }
        address[] memory set = governance.validators();
        bytes memory body;
        for (uint256 i = 0; i < set.length; i++) {
            if (i > 0) yes(set[i - 1] < set[i], "ascending");
            body = abi.encodePacked(body, uint8(0x94), set[i]);
        }
        bytes memory header = body.length < 56
            ? abi.encodePacked(uint8(0xc0 + body.length))
            : abi.encodePacked(uint8(0xf8), uint8(body.length));
        eq(governance.validatorsHash(), keccak256(abi.encodePacked(header, body)));
        eq(governance.epoch(), epoch);
    }

    // ---- genesis ----------------------------------------------------------------------------------------
    function test_a_genesis_that_cannot_govern_or_validate_is_refused() external {
        IGovernance.OrganisationInit[] memory o = new IGovernance.OrganisationInit[](1);
        o[0] = IGovernance.OrganisationInit("org", 0, 1, 2);
        IGovernance.AccountInit[] memory a = new IGovernance.AccountInit[](0);
        IGovernance.ValidatorInit[] memory v = new IGovernance.ValidatorInit[](1);
        v[0] = IGovernance.ValidatorInit(NEW, 1);
        address[] memory none = new address[](0);
        new Governance(o, a, v, none, 1);
        vm.expectRevert(
            abi.encodeWithSelector(I.QuorumUnreachable.selector, uint32(2), uint32(1))
        );
        new Governance(o, a, v, none, 2);
        vm.expectRevert(
            abi.encodeWithSelector(I.QuorumUnreachable.selector, uint32(0), uint32(1))
        );
        new Governance(o, a, v, none, 0);
        vm.expectRevert(abi.encodeWithSelector(I.LastValidator.selector));
        new Governance(o, a, new IGovernance.ValidatorInit[](0), none, 1);
        v = new IGovernance.ValidatorInit[](2);
        v[0] = IGovernance.ValidatorInit(NEW, 1);
        v[1] = IGovernance.ValidatorInit(NEW, 1);
        vm.expectRevert(abi.encodeWithSelector(ValidatorList.DuplicateValidator.selector, NEW));
        new Governance(o, a, v, none, 1);
        v[1] = IGovernance.ValidatorInit(address(0xdddd), 2);
        vm.expectRevert(abi.encodeWithSelector(I.UnknownOrganisation.selector, uint32(2)));
        new Governance(o, a, v, none, 1);
        a = new IGovernance.AccountInit[](2);
        a[0] = IGovernance.AccountInit(NEW, 1, 1, 0);
        a[1] = IGovernance.AccountInit(NEW, 1, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(I.AccountTaken.selector, NEW));
        new Governance(o, a, v, none, 1);
    }
}
