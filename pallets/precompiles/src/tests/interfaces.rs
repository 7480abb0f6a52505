// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Solidity files say what the code behind them answers to.

use std::collections::BTreeMap;

/// The functions of a file by the selectors that their comments state.
fn stated(file: &str) -> BTreeMap<String, String> {
    let mut selector = None;
    let mut stated = BTreeMap::new();
    for line in file.lines().map(str::trim) {
        if let Some(value) = line.strip_prefix("/// @custom:selector ") {
            selector = Some(value.to_owned());
        } else if let Some(rest) = line.strip_prefix("function ") {
            let name = rest.split('(').next().expect("a name").to_owned();
            let selector = selector.take().expect("every function states its selector");
            assert_eq!(stated.insert(selector, name), None);
        }
    }
    stated
}

macro_rules! selectors {
    ($test:ident, $calls:path, $file:literal) => {
        #[test]
        fn $test() {
            use $calls as Calls;
            let names = Calls::SELECTORS.iter().map(|selector| {
                let name = Calls::name_by_selector(*selector).expect("it is one of them");
                (hex::encode(selector), name.to_owned())
            });
            let file = include_str!(concat!("../../interfaces/", $file));
            // A file can have a second interface, which contracts implement.
            let file = file.split("\ninterface ").find(|part| {
                part.starts_with($file.trim_end_matches(".sol")) && part.contains('{')
            });
            assert_eq!(stated(file.expect("the interface")), names.collect());
        }
    };
}

selectors!(
    iopen_should_state_its_selectors,
    crate::open::IOpen::IOpenCalls,
    "IOpen.sol"
);
selectors!(
    idatanets_should_state_its_selectors,
    crate::datanets::IDatanets::IDatanetsCalls,
    "IDatanets.sol"
);
selectors!(
    imodels_should_state_its_selectors,
    crate::models::IModels::IModelsCalls,
    "IModels.sol"
);
selectors!(
    iattribution_should_state_its_selectors,
    crate::attribution::IAttribution::IAttributionCalls,
    "IAttribution.sol"
);

/// The files with the constants' prefixes and the numbers in the precompiles' addresses.
const FILES: [(&str, u16, &str); 7] = [
    ("IOPEN", 0x0800, include_str!("../../interfaces/IOpen.sol")),
    (
        "IDATANETS",
        0x0801,
        include_str!("../../interfaces/IDatanets.sol"),
    ),
    (
        "IMODELS",
        0x0802,
        include_str!("../../interfaces/IModels.sol"),
    ),
    (
        "IINFERENCE",
        0x0803,
        include_str!("../../interfaces/IInference.sol"),
    ),
    (
        "IATTRIBUTION",
        0x0804,
        include_str!("../../interfaces/IAttribution.sol"),
    ),
    (
        "ISTAKING",
        0x0805,
        include_str!("../../interfaces/IStaking.sol"),
    ),
    (
        "IGOVERNANCE",
        0x0806,
        include_str!("../../interfaces/IGovernance.sol"),
    ),
];

#[test]
fn every_interface_should_name_the_address_at_which_it_answers() {
    for (name, number, file) in FILES {
        let address = hex::encode(crate::frame::address(number));
        let constant = format!("address constant {name}_ADDRESS = 0x{address};");
        assert!(file.contains(&constant), "{constant}");
    }
}
