// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DatasetRegistry} from "../src/DatasetRegistry.sol";
import {eq, vm, within, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @title Registration, versions of lots, attestation, revocation, query codes.
contract DatasetRegistryTest is World {
    function lot(uint64 n, uint32 s, uint64 length)
        private
        pure
        returns (DatasetRegistry.Lot[] memory lots)
    {
        lots = new DatasetRegistry.Lot[](1);
        lots[0] = DatasetRegistry.Lot("root", n, s, length);
    }

    function registered() private returns (uint64 dataset) {
        vm.prank(seller);
        return registry.register("document");
    }

    function published() private returns (bytes32 version) {
        uint64 dataset = registered();
        vm.prank(seller);
        return registry.publish(dataset, lot(1, 2048, 2016), "digest");
    }

    function test_a_data_set_is_registered_and_found_by_its_query_code() external {
        uint64 dataset = registered();
        eq(dataset, 1);
        DatasetRegistry.Dataset memory d = registry.datasetOf(1);
        eq(d.provider, seller);
        eq(d.documentHash, "document");
        eq(d.registeredAt, T0);
        uint64 code = registry.queryCode(1);
        eq(registry.datasetByCode(code), 1);
        vm.expectRevert(
            abi.encodeWithSelector(DatasetRegistry.UnknownQueryCode.selector, code ^ 1)
        );
        registry.datasetByCode(code ^ 1);
        code = registry.queryCode(2);
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.UnknownQueryCode.selector, code));
        registry.datasetByCode(code);
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.UnknownDataset.selector, 2));
        registry.datasetOf(2);
    }

    function test_only_active_providers_register_and_publish_their_own() external {
        vm.expectRevert(
            abi.encodeWithSelector(DatasetRegistry.ProviderNotPermitted.selector, watchtower)
        );
        vm.prank(watchtower);
        registry.register("document");
        uint64 dataset = registered();
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.NotProvider.selector, buyer));
        vm.prank(buyer);
        registry.publish(dataset, lot(1, 2048, 2016), "digest");
        vm.prank(registrar);
        governance.setOrganisationSuspended(4, true, "another organisation: no matter");
        vm.prank(admin2);
        governance.setAccount(seller, 2, 5);
        vm.expectRevert(
            abi.encodeWithSelector(DatasetRegistry.ProviderNotPermitted.selector, seller)
        );
        vm.prank(seller);
        registry.publish(dataset, lot(1, 2048, 2016), "digest");
    }

    function test_a_version_is_immutable_and_numbered() external {
        bytes32 first = published();
        vm.prank(seller);
        bytes32 second = registry.publish(1, lot(2, 1024, 1984), "digest 2");
        eq(first, registry.versionId(1, 1));
        eq(second, registry.versionId(1, 2));
        DatasetRegistry.Version memory v = registry.versionOf(second);
        eq(v.dataset, 1);
        eq(v.number, 2);
        eq(v.lots, 1);
        eq(v.fileDigest, "digest 2");
        yes(!v.attested && !v.revoked, "fresh");
        eq(registry.datasetOf(1).versions, 2);
        eq(registry.versionOf(first).fileDigest, "digest");
    }

    /// @dev n = ceil(length / (s - 32)), n >= 1, s a multiple of 32 from 1 KiB to 64 KiB.
    function testFuzz_a_lot_is_accepted_exactly_when_its_sizes_fit(
        uint64 n, uint32 s, uint64 length, uint256 kind
    ) external {
        uint64 dataset = registered();
        if (kind % 4 != 0) s = uint32(within(s, 32, 2048) * 32);
        if (kind % 3 != 0 && s > 32) {
            length = uint64(within(length, 1, 1 << 45));
            n = uint64((uint256(length) + s - 33) / (s - 32));
            if (kind % 5 == 0) n += 1;
            if (kind % 5 == 1) n -= 1;
        }
        bool good = s >= 1024 && s <= 65536 && s % 32 == 0 && n > 0
            && uint256(n - 1) * (s - 32) < length && uint256(n) * (s - 32) >= length;
        if (!good) vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.BadLot.selector, 0));
        vm.prank(seller);
        registry.publish(dataset, lot(n, s, length), "digest");
    }

    function test_an_empty_or_bad_lot_list_is_refused() external {
        uint64 dataset = registered();
        vm.startPrank(seller);
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.NoLots.selector));
        registry.publish(dataset, new DatasetRegistry.Lot[](0), "digest");
        DatasetRegistry.Lot[] memory two = new DatasetRegistry.Lot[](2);
        two[0] = lot(1, 2048, 2016)[0];
        two[1] = lot(0, 2048, 0)[0];
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.BadLot.selector, 1));
        registry.publish(dataset, two, "digest");
        vm.stopPrank();
    }

    function test_a_version_is_attested_once_by_a_registrar() external {
        bytes32 version = published();
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.NotRegistrar.selector, seller));
        vm.prank(seller);
        registry.attest(version, "report");
        vm.startPrank(registrar);
        registry.attest(version, "report");
        yes(registry.versionOf(version).attested, "attested");
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.AlreadyAttested.selector, version));
        registry.attest(version, "report");
        vm.expectRevert(
            abi.encodeWithSelector(DatasetRegistry.UnknownVersion.selector, bytes32("none"))
        );
        registry.attest("none", "report");
        vm.stopPrank();
    }

    function test_provider_or_registrar_revokes_once_and_nobody_else() external {
        bytes32 version = published();
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.NotRegistrar.selector, buyer));
        vm.prank(buyer);
        registry.revoke(version, "ground");
        vm.prank(seller);
        registry.revoke(version, "ground");
        yes(registry.versionOf(version).revoked, "revoked");
        vm.expectRevert(abi.encodeWithSelector(DatasetRegistry.AlreadyRevoked.selector, version));
        vm.prank(registrar);
        registry.revoke(version, "ground");
        vm.prank(seller);
        bytes32 second = registry.publish(1, lot(1, 2048, 5), "digest");
        vm.prank(registrar);
        registry.revoke(second, "ground");
        yes(registry.versionOf(second).revoked, "revoked");
    }
}
