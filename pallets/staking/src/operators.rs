// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Operators: their life, their self-bond and their commission.

use crate::{
    shares::Pool, ActiveEra, Attendances, Candidates, ChillReason, Config, EraIndex, Error, Event,
    Operator, OperatorCount, Operators, Pallet, Pending, Roles, SortKey, Status,
};
use openledger_primitives::{traits::OperatorRole, AccountId, Balance};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    sp_runtime::{DispatchError, DispatchResult, Perbill, Saturating},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        account: AccountId,
        roles: Roles,
        commission: Perbill,
        bond: Balance,
    ) -> DispatchResult {
        ensure!(!roles.is_empty(), Error::<T>::NoRoles);
        ensure!(bond >= Self::least_bond(&roles), Error::<T>::BelowSelfBond);
        ensure!(
            commission <= T::MaxCommission::get(),
            Error::<T>::CommissionTooHigh
        );
        Self::ensure_no_pending(&account)?;
        let count = OperatorCount::<T>::get();
        ensure!(count < T::MaxOperators::get(), Error::<T>::TooManyOperators);
        let era = Self::current_era();
        if let Some(known) = Operators::<T>::get(&account) {
            ensure!(
                known.status == Status::Retiring,
                Error::<T>::AlreadyRegistered
            );
            if known.commission != commission {
                Self::ensure_can_charge(&known, commission, era)?;
            }
        } else {
            Operators::<T>::insert(
                &account,
                Operator {
                    roles,
                    commission,
                    commission_changed: era,
                    status: Status::Retiring,
                    pool: Pool::default(),
                    own_shares: 0,
                    registered: era,
                    serving: false,
                    probation: None,
                },
            );
        }
        Self::deposit_event(Event::OperatorRegistered {
            operator: account.clone(),
            roles,
            commission,
        });
        Self::take_in(&account, bond)?;
        let shares = Self::mutate_operator(&account, |operator| {
            operator.roles = roles;
            if operator.commission != commission {
                operator.commission = commission;
                operator.commission_changed = era;
            }
            operator.status = Status::Active;
            Self::add_own(operator, bond)
        })?;
        OperatorCount::<T>::put(count.saturating_add(1));
        Self::deposit_event(Event::Delegated {
            delegator: account.clone(),
            operator: account,
            amount: bond,
            shares,
        });
        Ok(())
    }

    pub(crate) fn do_set_roles(account: AccountId, roles: Roles) -> DispatchResult {
        ensure!(!roles.is_empty(), Error::<T>::NoRoles);
        Self::mutate_operator(&account, |operator| {
            Self::ensure_not_retiring(operator)?;
            ensure!(roles.worker || !operator.serving, Error::<T>::StillServing);
            ensure!(
                operator.self_bond() >= Self::least_bond(&roles),
                Error::<T>::BelowSelfBond
            );
            operator.roles = roles;
            Ok(())
        })?;
        Self::deposit_event(Event::RolesSet {
            operator: account,
            roles,
        });
        Ok(())
    }

    pub(crate) fn do_retire(account: AccountId) -> DispatchResult {
        let amount = Self::mutate_operator(&account, |operator| {
            Self::ensure_not_retiring(operator)?;
            ensure!(!operator.serving, Error::<T>::StillServing);
            if let Status::Chilled { reason, until } = operator.status {
                let now = ActiveEra::<T>::get().index;
                ensure!(now >= until, Error::<T>::StillChilled);
                Self::end_chill(&account, operator, reason);
            }
            operator.status = Status::Retiring;
            let amount = operator.pool.redeem(operator.own_shares);
            operator.own_shares = 0;
            Ok(amount)
        })?;
        OperatorCount::<T>::mutate(|count| count.saturating_dec());
        Self::deposit_event(Event::OperatorRetired {
            operator: account.clone(),
        });
        Self::start_unbonding(account.clone(), account, amount)
    }

    pub(crate) fn do_bond_more(account: AccountId, amount: Balance) -> DispatchResult {
        Self::ensure_no_pending(&account)?;
        let shares = Self::mutate_operator(&account, |operator| {
            Self::ensure_not_retiring(operator)?;
            Self::add_own(operator, amount)
        })?;
        Self::take_in(&account, amount)?;
        Self::deposit_event(Event::Delegated {
            delegator: account.clone(),
            operator: account,
            amount,
            shares,
        });
        Ok(())
    }

    pub(crate) fn do_bond_less(account: AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::AmountTooSmall);
        let taken = Self::mutate_operator(&account, |operator| {
            ensure!(operator.own_shares > 0, Error::<T>::NotDelegated);
            let (shares, taken) = operator.pool.withdraw(operator.own_shares, amount);
            operator.own_shares = operator.own_shares.saturating_sub(shares);
            ensure!(
                operator.status == Status::Retiring
                    || operator.self_bond() >= Self::least_bond(&operator.roles),
                Error::<T>::BelowSelfBond
            );
            Ok(taken)
        })?;
        Self::start_unbonding(account.clone(), account, taken)
    }

    pub(crate) fn do_set_commission(account: AccountId, commission: Perbill) -> DispatchResult {
        ensure!(
            commission <= T::MaxCommission::get(),
            Error::<T>::CommissionTooHigh
        );
        let era = Self::current_era();
        Self::mutate_operator(&account, |operator| {
            Self::ensure_not_retiring(operator)?;
            Self::ensure_can_charge(operator, commission, era)?;
            operator.commission = commission;
            operator.commission_changed = era;
            Ok(())
        })?;
        Self::deposit_event(Event::CommissionSet {
            operator: account,
            commission,
        });
        Ok(())
    }

    pub(crate) fn do_chill(account: AccountId, reason: ChillReason) -> DispatchResult {
        Self::mutate_operator(&account, |operator| {
            match operator.status {
                Status::Retiring => return Err(Error::<T>::OperatorRetiring.into()),
                // Governance can keep an operator from coming back that has chilled itself.
                Status::Chilled { .. } if reason == ChillReason::Voluntary => {
                    return Err(Error::<T>::AlreadyChilled.into())
                }
                Status::Active | Status::Chilled { .. } => {}
            }
            Self::chill_record(&account, operator, reason);
            Ok(())
        })
    }

    pub(crate) fn do_activate(account: AccountId) -> DispatchResult {
        Self::ensure_no_pending(&account)?;
        let now = ActiveEra::<T>::get().index;
        Self::mutate_operator(&account, |operator| {
            let Status::Chilled { reason, until } = operator.status else {
                Self::ensure_not_retiring(operator)?;
                return Err(Error::<T>::NotChilled.into());
            };
            ensure!(now >= until, Error::<T>::ChilledUntilLater);
            ensure!(
                operator.self_bond() >= Self::least_bond(&operator.roles),
                Error::<T>::BelowSelfBond
            );
            Self::end_chill(&account, operator, reason);
            operator.status = Status::Active;
            Ok(())
        })?;
        Self::deposit_event(Event::Activated { operator: account });
        Ok(())
    }

    /// What the end of a chill brings, be it by activation or by leaving, which would otherwise be a
    /// way around it: probation after missed blocks.
    fn end_chill(account: &AccountId, operator: &mut Operator, reason: ChillReason) {
        if reason == ChillReason::MissedBlocks {
            let now = ActiveEra::<T>::get().index;
            operator.probation = Some(now.saturating_add(T::ProbationEras::get()));
        }
        if matches!(reason, ChillReason::MissedBlocks | ChillReason::Slashed) {
            // What it missed since was for that, and should not count again.
            Attendances::<T>::remove(account);
        }
    }

    /// Chills an operator in its record. A chill never shortens an earlier one, and the reason of
    /// missed blocks stays, because activation puts on probation for it.
    pub(crate) fn chill_record(account: &AccountId, operator: &mut Operator, reason: ChillReason) {
        let now = ActiveEra::<T>::get().index;
        let mut until = match reason {
            ChillReason::Voluntary => now,
            _ => now.saturating_add(T::ChillDuration::get()),
        };
        let mut kept = reason;
        match operator.status {
            Status::Retiring => return,
            Status::Active => {}
            Status::Chilled {
                reason: earlier,
                until: at_least,
            } => {
                until = until.max(at_least);
                if earlier == ChillReason::MissedBlocks {
                    kept = earlier;
                }
            }
        }
        let status = Status::Chilled {
            reason: kept,
            until,
        };
        if operator.status != status {
            operator.status = status;
            Self::deposit_event(Event::Chilled {
                operator: account.clone(),
                reason,
                until,
            });
        }
    }

    /// Reads an operator, lets `change` change it, and writes it, its place among the candidates and
    /// nothing else. A retiring operator without shares is deleted. Writes nothing when `change`
    /// fails.
    pub(crate) fn mutate_operator<R>(
        account: &AccountId,
        change: impl FnOnce(&mut Operator) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        let mut operator = Operators::<T>::get(account).ok_or(Error::<T>::UnknownOperator)?;
        let before = Self::candidate_key(account, &operator);
        let result = change(&mut operator)?;
        let after = Self::candidate_key(account, &operator);
        if before != after {
            if let Some(key) = before {
                Candidates::<T>::remove(key);
            }
            if let Some(key) = after {
                Candidates::<T>::insert(key, ());
            }
        }
        if operator.status == Status::Retiring && operator.pool.shares == 0 {
            Operators::<T>::remove(account);
            Attendances::<T>::remove(account);
            Self::deposit_event(Event::OperatorRemoved {
                operator: account.clone(),
            });
        } else {
            Operators::<T>::insert(account, operator);
        }
        Ok(result)
    }

    /// Where an operator stands among the candidates, if it is one.
    pub(crate) fn candidate_key(account: &AccountId, operator: &Operator) -> Option<SortKey> {
        Self::acts_as(operator, OperatorRole::Validator)
            .then(|| SortKey::new(operator.pool.stake, account.clone()))
    }

    /// Whether an operator acts in a role: it has the role, is active, and has the self-bond.
    pub(crate) fn acts_as(operator: &Operator, role: OperatorRole) -> bool {
        operator.roles.has(role)
            && operator.status == Status::Active
            && operator.self_bond() >= Self::least_bond(&operator.roles)
    }

    /// The least self-bond for `roles`, planck: the highest that any of them asks for.
    pub fn least_bond(roles: &Roles) -> Balance {
        let of = |has: bool, bond: Balance| if has { bond } else { 0 };
        of(roles.validator, T::ValidatorBond::get())
            .max(of(roles.worker, T::WorkerBond::get()))
            .max(of(roles.evaluator, T::EvaluatorBond::get()))
    }

    /// The era that stake counts for from now on: the planned one, once its election is over.
    pub fn current_era() -> EraIndex {
        crate::PlannedEra::<T>::get()
            .unwrap_or_else(ActiveEra::<T>::get)
            .index
    }

    /// Adds to an operator's own shares.
    fn add_own(operator: &mut Operator, amount: Balance) -> Result<Balance, DispatchError> {
        let shares = operator.pool.deposit(amount).map_err(Self::pool_error)?;
        operator.own_shares = operator
            .own_shares
            .checked_add(shares)
            .ok_or(Error::<T>::PoolExhausted)?;
        Ok(shares)
    }

    pub(crate) fn ensure_not_retiring(operator: &Operator) -> DispatchResult {
        ensure!(
            operator.status != Status::Retiring,
            Error::<T>::OperatorRetiring
        );
        Ok(())
    }

    /// Whoever joins a pool must not pay for what it did before, as far as that is known.
    pub(crate) fn ensure_no_pending(operator: &AccountId) -> DispatchResult {
        ensure!(
            !Pending::<T>::contains_key(operator),
            Error::<T>::SlashPending
        );
        Ok(())
    }

    /// A commission changes once an era, and by a bounded step.
    fn ensure_can_charge(operator: &Operator, to: Perbill, era: EraIndex) -> DispatchResult {
        ensure!(
            operator.commission_changed < era,
            Error::<T>::CommissionChangedThisEra
        );
        let from = operator.commission;
        let step = from.max(to).saturating_sub(from.min(to));
        ensure!(
            step <= T::MaxCommissionChange::get(),
            Error::<T>::CommissionChangeTooLarge
        );
        Ok(())
    }
}
