// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IDatanets`: Datanets, contributions, versions and their proofs.

mod proofs;
mod views;

use alloc::vec::Vec;
use core::marker::PhantomData;
use openledger_primitives::{
    listeners::DatanetsListener, traits::VersionSummary, views::RejectReason, AccountId,
    ContributionId, DatanetId, Ppm, VersionRef, H256,
};
use polkadot_sdk::*;

use frame_support::BoundedVec;
use pallet_datanets::WeightInfo as _;
use pallet_datanets::{Call as Pallet, NextContributionId, NextDatanetId, Policy};
use pallet_revive::precompiles::{
    alloy::sol_types::{SolCall, SolEvent},
    AddressMatcher, Error, Ext, Precompile,
};
use sp_core::Get;

use crate::{frame, logs, Config};

pallet_revive::precompiles::alloy::sol!("interfaces/IDatanets.sol");

/// The number in the precompile's address.
pub const NUMBER: u16 = 0x0801;

/// Datanets for Solidity.
pub struct Datanets<T>(PhantomData<T>);

impl<T: Config> Precompile for Datanets<T> {
    type T = T;
    type Interface = IDatanets::IDatanetsCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &Self::Interface,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IDatanets::IDatanetsCalls as Call;
        match input {
            Call::createDatanet(call) => create::<T, _>(call, env),
            Call::setPolicy(call) => {
                let datanet = DatanetId(call.datanetId);
                let policy = policy(&call.policy);
                frame::dispatch(env, Pallet::<T>::set_policy { datanet, policy })?;
                Ok(Vec::new())
            }
            Call::contribute(call) => contribute::<T, _>(call, env),
            Call::withdrawContribution(call) => {
                let contribution = ContributionId(call.contributionId);
                frame::dispatch(env, Pallet::<T>::withdraw_contribution { contribution })?;
                Ok(Vec::new())
            }
            Call::acceptContribution(call) => {
                let accept = Pallet::<T>::accept_contribution {
                    contribution: ContributionId(call.contributionId),
                    report: H256(call.report.0),
                };
                frame::dispatch(env, accept)?;
                Ok(Vec::new())
            }
            Call::rejectContribution(call) => {
                let reject = Pallet::<T>::reject_contribution {
                    contribution: ContributionId(call.contributionId),
                    reason: reason(call)?,
                    report: H256(call.report.0),
                };
                frame::dispatch(env, reject)?;
                Ok(Vec::new())
            }
            Call::publishVersion(call) => {
                let datanet = DatanetId(call.datanetId);
                frame::ensure_writable(env)?;
                frame::charge_reads::<T, _>(env, 1)?;
                // Of the most contributions that a version can have, it has the accepted ones.
                let accepted = views::known::<T>(datanet)?.accepted;
                let weight = <T as pallet_datanets::Config>::WeightInfo::publish_version(accepted)
                    .saturating_add(<T as pallet_datanets::Config>::Listener::weight());
                frame::dispatch_at(env, Pallet::<T>::publish_version { datanet }, weight)?;
                frame::charge_reads::<T, _>(env, 1)?;
                let number = views::known::<T>(datanet)?.versions;
                Ok(IDatanets::publishVersionCall::abi_encode_returns(&number))
            }
            Call::transferDatanet(call) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let transfer = Pallet::<T>::transfer_datanet {
                    datanet: DatanetId(call.datanetId),
                    new_owner: frame::to_account::<T>(&call.newOwner),
                };
                frame::dispatch(env, transfer)?;
                Ok(Vec::new())
            }
            Call::datanetCount(_) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let count = NextDatanetId::<T>::get().0;
                Ok(IDatanets::datanetCountCall::abi_encode_returns(&count))
            }
            Call::datanet(call) => views::datanet::<T, _>(call, env),
            Call::contributionCount(_) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let count = NextContributionId::<T>::get().0;
                Ok(IDatanets::contributionCountCall::abi_encode_returns(&count))
            }
            Call::contribution(call) => views::contribution::<T, _>(call, env),
            Call::acceptedAt(call) => views::accepted_at::<T, _>(call, env),
            Call::version(call) => views::version::<T, _>(call, env),
            Call::ownerOfRow(call) => proofs::owner_of_row::<T, _>(call, env),
            Call::proofOf(call) => proofs::proof_of::<T, _>(call, env),
            Call::verifyRow(call) => proofs::verify_row::<T, _>(call, env),
            Call::verifyContribution(call) => proofs::verify_contribution::<T, _>(call, env),
        }
    }
}

fn create<T: Config, E: Ext<T = T>>(
    call: &IDatanets::createDatanetCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    // The id that the pallet gives out next.
    let datanet = NextDatanetId::<T>::get();
    let create = Pallet::<T>::create_datanet {
        name: text(&call.name, "Datanets.InvalidName")?,
        policy: policy(&call.policy),
    };
    frame::dispatch(env, create)?;
    Ok(IDatanets::createDatanetCall::abi_encode_returns(&datanet.0))
}

fn contribute<T: Config, E: Ext<T = T>>(
    call: &IDatanets::contributeCall,
    env: &mut E,
) -> Result<Vec<u8>, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    // The id that the pallet gives out next.
    let contribution = NextContributionId::<T>::get();
    let contribute = Pallet::<T>::contribute {
        datanet: DatanetId(call.datanetId),
        rows_root: H256(call.rowsRoot.0),
        rows: call.rows,
        bytes: call.size,
        content: H256(call.content.0),
        licence: text(&call.licence, "Datanets.InvalidLicence")?,
        uri: text(&call.uri, "Datanets.InvalidUri")?,
    };
    frame::dispatch(env, contribute)?;
    Ok(IDatanets::contributeCall::abi_encode_returns(
        &contribution.0,
    ))
}

/// A text within its bound; too long a one is refused as the pallet refuses other wrong ones.
fn text<N: Get<u32>>(text: &str, error: &str) -> Result<BoundedVec<u8, N>, Error> {
    let bytes = text.as_bytes().to_vec();
    BoundedVec::try_from(bytes).map_err(|_| frame::revert(error))
}

fn policy(policy: &IDatanets::Policy) -> Policy {
    Policy {
        open: policy.open,
        min_rows: policy.minRows,
        max_rows: policy.maxRows,
        max_bytes: policy.maxBytes,
        similarity: Ppm(policy.similarity),
    }
}

fn reason(call: &IDatanets::rejectContributionCall) -> Result<RejectReason, Error> {
    use IDatanets::Reason;
    Ok(match call.reason {
        Reason::Duplicate => RejectReason::Duplicate {
            of: ContributionId(call.duplicateOf),
            share: Ppm(call.copiedShare),
        },
        Reason::Unavailable => RejectReason::Unavailable,
        Reason::Malformed => RejectReason::Malformed,
        Reason::LowQuality => RejectReason::LowQuality,
        Reason::Licence => RejectReason::Licence,
        Reason::OffTopic => RejectReason::OffTopic,
        Reason::__Invalid => return Err(frame::revert("Datanets.UnknownReason")),
    })
}

/// Shows what happens in Datanets as logs of `IDatanets`.
pub struct Listener<T>(PhantomData<T>);

impl<T: Config> Listener<T> {
    fn log(event: impl SolEvent) {
        logs::deposit::<T>(frame::address(NUMBER), &event);
    }
}

impl<T: Config> DatanetsListener for Listener<T> {
    fn created(datanet: DatanetId, owner: &AccountId) {
        Self::log(IDatanets::DatanetCreated {
            datanet: datanet.0,
            owner: frame::to_address::<T>(owner),
        });
    }

    fn contributed(
        datanet: DatanetId,
        contribution: ContributionId,
        contributor: &AccountId,
        rows: u32,
    ) {
        Self::log(IDatanets::Contributed {
            datanet: datanet.0,
            contribution: contribution.0,
            contributor: frame::to_address::<T>(contributor),
            rows,
        });
    }

    fn withdrawn(datanet: DatanetId, contribution: ContributionId) {
        Self::log(IDatanets::ContributionWithdrawn {
            datanet: datanet.0,
            contribution: contribution.0,
        });
    }

    fn accepted(
        datanet: DatanetId,
        contribution: ContributionId,
        contributor: &AccountId,
        index: u32,
    ) {
        Self::log(IDatanets::ContributionAccepted {
            datanet: datanet.0,
            contribution: contribution.0,
            contributor: frame::to_address::<T>(contributor),
            index,
        });
    }

    fn rejected(datanet: DatanetId, contribution: ContributionId, reason: &RejectReason) {
        Self::log(IDatanets::ContributionRejected {
            datanet: datanet.0,
            contribution: contribution.0,
            reason: match reason {
                RejectReason::Duplicate { .. } => IDatanets::Reason::Duplicate,
                RejectReason::Unavailable => IDatanets::Reason::Unavailable,
                RejectReason::Malformed => IDatanets::Reason::Malformed,
                RejectReason::LowQuality => IDatanets::Reason::LowQuality,
                RejectReason::Licence => IDatanets::Reason::Licence,
                RejectReason::OffTopic => IDatanets::Reason::OffTopic,
            },
        });
    }

    fn published(version: VersionRef, summary: &VersionSummary) {
        Self::log(IDatanets::VersionPublished {
            datanet: version.datanet.0,
            number: version.number,
            root: summary.root.0.into(),
            contributions: summary.contributions,
            rows: summary.rows,
        });
    }

    fn transferred(datanet: DatanetId, from: &AccountId, to: &AccountId) {
        Self::log(IDatanets::DatanetTransferred {
            datanet: datanet.0,
            from: frame::to_address::<T>(from),
            to: frame::to_address::<T>(to),
        });
    }

    fn weight() -> frame_support::weights::Weight {
        // The longest data is that of `VersionPublished`: three words.
        logs::weight::<T>(96)
    }
}
