// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the runtime API `StakingApi` answers.

use alloc::vec::Vec;

use crate::{
    ActiveEra, Config, Delegation, Delegations, EraValidators, Exposures, Operators, Pallet,
    Pending, PlannedEra, Status, Tickets, Unbonding,
};
use openledger_primitives::{
    staking::{DelegationView, EraView, OperatorState, OperatorView, UnbondingView},
    AccountId, Balance,
};

impl<T: Config> Pallet<T> {
    /// An operator; `None` when the account is none.
    pub fn operator_view(operator: AccountId) -> Option<OperatorView> {
        let record = Operators::<T>::get(&operator)?;
        let era = ActiveEra::<T>::get().index;
        Some(OperatorView {
            state: match record.status {
                Status::Active => OperatorState::Active,
                Status::Chilled { .. } => OperatorState::Chilled,
                Status::Retiring => OperatorState::Retiring,
            },
            validator: record.roles.validator,
            worker: record.roles.worker,
            evaluator: record.roles.evaluator,
            commission: record.commission.deconstruct(),
            self_bond: record.self_bond(),
            stake: record.pool.stake,
            shares: record.pool.shares,
            validating: Exposures::<T>::contains_key(era, &operator),
            pending_slashes: Pending::<T>::get(&operator).map_or(0, |pending| pending.count),
            operator,
        })
    }

    /// What an account has with an operator, which can be itself; `None` when that is nothing.
    pub fn delegation_view(delegator: AccountId, operator: AccountId) -> Option<DelegationView> {
        let record = Operators::<T>::get(&operator);
        let mut position = if delegator == operator {
            Delegation {
                shares: record.as_ref().map_or(0, |record| record.own_shares),
                redelegated: None,
            }
        } else {
            Delegations::<T>::get(&delegator, &operator).unwrap_or_default()
        };
        let unbonding: Vec<UnbondingView> = Tickets::<T>::get(&delegator, &operator)
            .into_iter()
            .map(|ticket| UnbondingView {
                amount: Unbonding::<T>::get(&operator, ticket.era)
                    .map_or(0, |pool| pool.value_of(ticket.shares)),
                withdrawable_at: Self::withdrawable_at(ticket.era),
            })
            .collect();
        if position.shares == 0 && unbonding.is_empty() {
            return None;
        }
        let (mut value, mut frozen, mut frozen_until) = (0, 0, None);
        if let Some(mut record) = record {
            Self::settle(&mut record, &mut position);
            value = record.pool.value_of(position.shares);
            if let Some(part) = position.redelegated.as_ref() {
                frozen = record.pool.value_of(part.shares);
                frozen_until = Some(Self::withdrawable_at(part.era));
            }
        }
        Some(DelegationView {
            operator,
            shares: position.shares,
            value,
            frozen,
            frozen_until,
            unbonding,
        })
    }

    /// All that an account has with operators, its own pool first.
    pub fn delegations_view(delegator: AccountId) -> Vec<DelegationView> {
        let mut operators: Vec<AccountId> = Delegations::<T>::iter_key_prefix(&delegator)
            .chain(Tickets::<T>::iter_key_prefix(&delegator))
            .filter(|operator| *operator != delegator)
            .collect();
        operators.sort_unstable();
        operators.dedup();
        core::iter::once(delegator.clone())
            .chain(operators)
            .filter_map(|operator| Self::delegation_view(delegator.clone(), operator))
            .collect()
    }

    /// Who would be elected now and with what stake, planck; most stake first.
    pub fn elected_view() -> Vec<(AccountId, Balance)> {
        Self::elect(Self::current_era())
            .into_iter()
            .map(|(account, exposure)| (account, exposure.total))
            .collect()
    }

    /// Where the eras stand.
    pub fn era_view() -> EraView {
        let active = ActiveEra::<T>::get();
        EraView {
            active: active.index,
            first_session: active.session,
            planned: PlannedEra::<T>::get().map(|era| era.index),
            validators: EraValidators::<T>::get(active.index).into_inner(),
        }
    }
}
