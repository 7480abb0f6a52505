// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The origins that a vote can speak with, and who accepts them.

use frame_support::{parameter_types, traits::EitherOf};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use polkadot_sdk::*;

pub use pallet_custom_origins::{
    AiDecider, AiLarge, GeneralAdmin, Origin, Spender, StakingAdmin, Treasurer, WhitelistedCaller,
};

use crate::{AccountId, Balance, OPEN};

/// What each origin may take from the treasury with one referendum, planck.
pub mod limits {
    use super::{Balance, OPEN};

    /// The small spender.
    pub const SMALL_SPENDER: Balance = 10_000 * OPEN;
    /// The medium spender.
    pub const MEDIUM_SPENDER: Balance = 100_000 * OPEN;
    /// The big spender.
    pub const BIG_SPENDER: Balance = 1_000_000 * OPEN;
    /// The treasurer.
    pub const TREASURER: Balance = 10_000_000 * OPEN;
    /// A small AI proposal.
    pub const AI_SMALL: Balance = 50_000 * OPEN;
    /// A large AI proposal.
    pub const AI_LARGE: Balance = 2_000_000 * OPEN;
}

parameter_types! {
    /// Root spends what there is.
    pub const Unlimited: Balance = Balance::MAX;
}

/// Who spends from the treasury, and how much at once.
pub type TreasurySpender = EitherOf<EnsureRootWithSuccess<AccountId, Unlimited>, Spender>;

/// Who decides on treasury spends and bounties of others: voids, closes, takes curators away.
pub type TreasuryAdmin = EitherOf<EnsureRoot<AccountId>, Treasurer>;

/// Who administers staking: cancels slashes, changes how many validators there are.
pub type StakingAdminOrRoot = EitherOf<EnsureRoot<AccountId>, StakingAdmin>;

/// Who administers what no other track is for: referenda, identity, the committee, parameters.
pub type GeneralAdminOrRoot = EitherOf<EnsureRoot<AccountId>, GeneralAdmin>;

/// Who lists base models and changes how fees of inference are split.
pub type AiAdmin = EitherOf<EnsureRoot<AccountId>, AiLarge>;

/// The pallet that holds no state and has no calls: it adds the origins to the runtime's.
#[frame_support::pallet]
pub mod pallet_custom_origins {
    use super::limits;
    use crate::Balance;
    use frame_support::pallet_prelude::*;
    use pallet_ai_governance::Track;
    use polkadot_sdk::*;

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What a referendum that passed speaks as. Each has a track of its own.
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Encode,
        Decode,
        DecodeWithMemTracking,
        MaxEncodedLen,
        TypeInfo,
    )]
    #[pallet::origin]
    pub enum Origin {
        /// Dispatches, as root, calls that the technical committee put on its list.
        #[codec(index = 0)]
        WhitelistedCaller,
        /// Cancels slashes and sets the number of validators.
        #[codec(index = 1)]
        StakingAdmin,
        /// Spends up to [`limits::TREASURER`] and takes back what others were promised.
        #[codec(index = 2)]
        Treasurer,
        /// Changes parameters, registrars and the committee; cancels referenda.
        #[codec(index = 3)]
        GeneralAdmin,
        /// AI proposals of up to [`limits::AI_SMALL`].
        #[codec(index = 4)]
        AiSmall,
        /// AI proposals of up to [`limits::AI_LARGE`], base models and the split of fees.
        #[codec(index = 5)]
        AiLarge,
        /// Spends up to [`limits::SMALL_SPENDER`].
        #[codec(index = 6)]
        SmallSpender,
        /// Spends up to [`limits::MEDIUM_SPENDER`].
        #[codec(index = 7)]
        MediumSpender,
        /// Spends up to [`limits::BIG_SPENDER`].
        #[codec(index = 8)]
        BigSpender,
    }

    /// Declares a type that accepts the origins named, and what each is worth to the call.
    macro_rules! accept {
        (
            $(#[$doc:meta])*
            $name:ident -> $success:ty { $first:ident => $value:expr $(, $rest:ident => $more:expr)* }
        ) => {
            $(#[$doc])*
            pub struct $name;

            impl<O> EnsureOrigin<O> for $name
            where
                O: OriginTrait + From<Origin>,
                for<'a> &'a O::PalletsOrigin: TryInto<&'a Origin>,
            {
                type Success = $success;

                fn try_origin(origin: O) -> Result<Self::Success, O> {
                    let success = match origin.caller().try_into() {
                        Ok(Origin::$first) => Some($value),
                        $(Ok(Origin::$rest) => Some($more),)*
                        _ => None,
                    };
                    success.ok_or(origin)
                }

                #[cfg(feature = "runtime-benchmarks")]
                fn try_successful_origin() -> Result<O, ()> {
                    Ok(O::from(Origin::$first))
                }
            }
        };
    }

    accept!(
        /// Accepts [`Origin::WhitelistedCaller`].
        WhitelistedCaller -> () { WhitelistedCaller => () }
    );
    accept!(
        /// Accepts [`Origin::StakingAdmin`].
        StakingAdmin -> () { StakingAdmin => () }
    );
    accept!(
        /// Accepts [`Origin::Treasurer`].
        Treasurer -> () { Treasurer => () }
    );
    accept!(
        /// Accepts [`Origin::GeneralAdmin`].
        GeneralAdmin -> () { GeneralAdmin => () }
    );
    accept!(
        /// Accepts [`Origin::AiLarge`].
        AiLarge -> () { AiLarge => () }
    );
    accept!(
        /// Accepts the origins of AI proposals and says of which track each is.
        AiDecider -> Track { AiLarge => Track::Large, AiSmall => Track::Small }
    );
    accept!(
        /// Accepts the origins that spend and says how much each may take, planck.
        Spender -> Balance {
            Treasurer => limits::TREASURER,
            BigSpender => limits::BIG_SPENDER,
            MediumSpender => limits::MEDIUM_SPENDER,
            SmallSpender => limits::SMALL_SPENDER
        }
    );
}
