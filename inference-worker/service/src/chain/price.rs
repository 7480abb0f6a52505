// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the chain asks of a fee before it settles a receipt.

use openledger_primitives::Balance;

/// What a receipt costs, planck: settling is free of transaction fees, so its fee has to pay for what
/// it takes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptPrice {
    /// With one contribution in its influence vector.
    pub least: Balance,
    /// More for each further one.
    pub per_entry: Balance,
}

impl ReceiptPrice {
    /// How many contributions a receipt can name for that fee; none when it pays for no receipt.
    pub fn entries(&self, fee: Balance) -> usize {
        let Some(above) = fee.checked_sub(self.least) else {
            return 0;
        };
        let further = above.checked_div(self.per_entry).unwrap_or(Balance::MAX);
        usize::try_from(further.saturating_add(1)).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: ReceiptPrice = ReceiptPrice {
        least: 20,
        per_entry: 4,
    };

    #[test]
    fn a_fee_below_the_least_should_pay_for_no_receipt() {
        assert_eq!(PRICE.entries(19), 0);
    }

    #[test]
    fn the_least_fee_should_pay_for_one_entry() {
        assert_eq!([20, 23].map(|fee| PRICE.entries(fee)), [1, 1]);
    }

    #[test]
    fn more_should_pay_for_further_entries() {
        assert_eq!([24, 27, 28].map(|fee| PRICE.entries(fee)), [2, 2, 3]);
    }

    #[test]
    fn entries_that_cost_nothing_should_not_be_bounded() {
        let free = ReceiptPrice {
            per_entry: 0,
            ..PRICE
        };
        assert_eq!(free.entries(20), usize::MAX);
    }
}
