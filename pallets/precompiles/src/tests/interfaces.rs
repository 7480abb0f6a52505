// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Solidity files say what the code behind them answers to.

use std::collections::BTreeMap;

use super::solidity::Interface;

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
            let stated = Interface::read(file, $file.trim_end_matches(".sol"));
            let stated = stated.functions.into_iter();
            let stated: BTreeMap<String, String> = stated
                .map(|function| (function.selector, function.name))
                .collect();
            assert_eq!(stated, names.collect());
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

/// The files, with the interfaces' names and the numbers in the precompiles' addresses.
const FILES: [(&str, u16, &str); 7] = [
    ("IOpen", 0x0800, include_str!("../../interfaces/IOpen.sol")),
    (
        "IDatanets",
        0x0801,
        include_str!("../../interfaces/IDatanets.sol"),
    ),
    (
        "IModels",
        0x0802,
        include_str!("../../interfaces/IModels.sol"),
    ),
    (
        "IInference",
        0x0803,
        include_str!("../../interfaces/IInference.sol"),
    ),
    (
        "IAttribution",
        0x0804,
        include_str!("../../interfaces/IAttribution.sol"),
    ),
    (
        "IStaking",
        0x0805,
        include_str!("../../interfaces/IStaking.sol"),
    ),
    (
        "IGovernance",
        0x0806,
        include_str!("../../interfaces/IGovernance.sol"),
    ),
];

/// The interfaces of all files.
fn interfaces() -> impl Iterator<Item = (&'static str, Interface)> {
    let read = |(name, _, file): (&'static str, _, &str)| (name, Interface::read(file, name));
    FILES.into_iter().map(read)
}

#[test]
fn every_interface_should_name_the_address_at_which_it_answers() {
    for (name, number, file) in FILES {
        let address = hex::encode(crate::frame::address(number));
        let name = name.to_uppercase();
        let constant = format!("address constant {name}_ADDRESS = 0x{address};");
        assert!(file.contains(&constant), "{constant}");
    }
}

/// The EVM pallet decodes an input before the precompile can charge for it. Offsets may point at the
/// same bytes: in an array of strings each element costs a word of calldata and becomes a copy of one
/// long string.
#[test]
fn no_function_should_take_an_array_of_what_has_a_length() {
    for (name, interface) in interfaces() {
        for function in &interface.functions {
            for input in &function.inputs {
                assert!(
                    !interface.has_array_of_dynamic(input),
                    "{name}.{}: {input}",
                    function.name
                );
            }
        }
    }
}

/// For the same reason: an input becomes at most so many copies of itself.
#[test]
fn no_function_should_take_more_than_two_inputs_that_have_a_length() {
    for (name, interface) in interfaces() {
        for function in &interface.functions {
            let inputs = function.inputs.iter();
            let dynamic = inputs.filter(|input| interface.is_dynamic(input)).count();
            assert!(dynamic <= 2, "{name}.{}", function.name);
        }
    }
}

#[test]
fn an_array_of_strings_in_a_struct_should_be_found() {
    let file = "\ninterface IBad {\nstruct Bad {\nuint8 a;\nstring b;\n}\n\
                /// @custom:selector 00000000\nfunction bad(Bad[] calldata bads,\nbytes32[] calldata \
                fine) external;\n}\n";
    let interface = Interface::read(file, "IBad");
    let inputs = &interface.functions[0].inputs;
    let found: Vec<_> = inputs
        .iter()
        .map(|input| interface.has_array_of_dynamic(input))
        .collect();
    assert_eq!(found, [true, false]);
}
