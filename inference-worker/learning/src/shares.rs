// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

/// What the shares of an answer add up to: one million parts.
pub const WHOLE: u32 = 1_000_000;

/// Most contributions that share in one answer: as many as a receipt takes.
pub const MAX_SHARES: usize = 256;

/// Turns scores into shares of one million, by whole numbers alone.
///
/// Scores below zero count as zero; they are sums over a contribution's rows, and cutting before
/// the sum would pay a contributor for the accidents of rows that harm on the whole. The
/// [`MAX_SHARES`] largest scores are kept, of equals the lower id. Each gets its part rounded down,
/// and what is left goes one by one to the largest remainders, of equals to the lower id. Shares of
/// zero are left out.
///
/// When no score is positive, `fallback` takes their place: `(contribution, rows)`.
///
/// Returns the shares ascending by id; none when no weight is positive at all.
pub fn shares(scores: &[(u64, i64)], fallback: &[(u64, u64)]) -> Vec<(u64, u32)> {
    let mut weights: Vec<(u64, u128)> = scores
        .iter()
        .filter(|(_, score)| *score > 0)
        .map(|(id, score)| (*id, u128::from(score.unsigned_abs())))
        .collect();
    if weights.is_empty() {
        weights = fallback
            .iter()
            .filter(|(_, rows)| *rows > 0)
            .map(|(id, rows)| (*id, u128::from(*rows)))
            .collect();
    }
    divide(weights, MAX_SHARES)
}

/// The `most` largest of an answer's shares, of equals the lower id, brought to one million again as
/// [`shares`] does it. No more than so many stay as they are.
pub fn trimmed(shares: &[(u64, u32)], most: usize) -> Vec<(u64, u32)> {
    if shares.len() <= most {
        return shares.to_vec();
    }
    let weights = shares.iter().map(|(id, share)| (*id, u128::from(*share)));
    divide(weights.collect(), most.min(MAX_SHARES))
}

/// Divides one million among the `most` largest of `weights`.
fn divide(mut weights: Vec<(u64, u128)>, most: usize) -> Vec<(u64, u32)> {
    weights.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    weights.truncate(most);
    // At most 256 numbers below 2⁶⁴, times a million: far below 2¹²⁸.
    let total: u128 = weights.iter().map(|(_, weight)| weight).sum();
    if total == 0 {
        return Vec::new();
    }
    let whole = u128::from(WHOLE);
    let mut parts: Vec<(u64, u32, u128)> = weights
        .iter()
        .map(|(id, weight)| {
            let product = weight * whole;
            // A part of a million fits.
            (
                *id,
                u32::try_from(product / total).unwrap_or(WHOLE),
                product % total,
            )
        })
        .collect();
    let given: u32 = parts.iter().map(|(_, part, _)| part).sum();
    parts.sort_unstable_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    for (_, part, _) in parts.iter_mut().take(WHOLE.saturating_sub(given) as usize) {
        *part += 1;
    }
    let mut shares: Vec<(u64, u32)> = parts
        .into_iter()
        .filter(|(_, part, _)| *part > 0)
        .map(|(id, part, _)| (id, part))
        .collect();
    shares.sort_unstable();
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_scores_share_with_the_rest_going_to_the_lowest_id() {
        assert_eq!(
            shares(&[(7, 5), (3, 5), (9, 5)], &[]),
            [(3, 333_334), (7, 333_333), (9, 333_333)]
        );
    }

    #[test]
    fn the_largest_remainder_gets_the_rest() {
        // 1/6 leaves a remainder of 4/6, 5/6 one of 2/6.
        assert_eq!(shares(&[(1, 5), (2, 1)], &[]), [(1, 833_333), (2, 166_667)]);
    }

    #[test]
    fn a_negative_score_gets_nothing() {
        assert_eq!(shares(&[(1, -100), (2, 1)], &[]), [(2, WHOLE)]);
    }

    #[test]
    fn without_a_positive_score_rows_decide() {
        assert_eq!(
            shares(&[(1, -1), (2, 0)], &[(1, 3), (2, 1)]),
            [(1, 750_000), (2, 250_000)]
        );
    }

    #[test]
    fn without_any_weight_there_are_no_shares() {
        assert_eq!(shares(&[(1, 0)], &[(1, 0)]), []);
    }

    #[test]
    fn a_share_of_zero_is_left_out() {
        assert_eq!(shares(&[(1, 1 << 40), (2, 1)], &[]), [(1, WHOLE)]);
    }

    #[test]
    fn the_largest_scores_stay_when_there_are_too_many() {
        let scores: Vec<(u64, i64)> = (0..300).map(|id| (id, 1_000 + id as i64)).collect();
        let shares = shares(&scores, &[]);
        assert_eq!((shares.len(), shares.first().unwrap().0), (MAX_SHARES, 44));
    }

    #[test]
    fn trimming_keeps_the_largest_shares_in_proportion() {
        assert_eq!(
            trimmed(&[(1, 200_000), (2, 500_000), (3, 300_000)], 2),
            [(2, 625_000), (3, 375_000)]
        );
    }

    #[test]
    fn trimming_keeps_the_lower_of_equal_shares() {
        let shares = [(1, 250_000), (2, 250_000), (3, 250_000), (4, 250_000)];
        assert_eq!(trimmed(&shares, 1), [(1, WHOLE)]);
    }

    #[test]
    fn trimming_leaves_what_is_short_enough() {
        let shares = [(1, 400_000), (2, 600_000)];
        assert_eq!(trimmed(&shares, 2), shares);
    }

    #[test]
    fn the_largest_scores_possible_do_not_overflow() {
        let scores: Vec<(u64, i64)> = (0..256).map(|id| (id, i64::MAX)).collect();
        assert_eq!(
            shares(&scores, &[]).iter().map(|(_, ppm)| ppm).sum::<u32>(),
            WHOLE
        );
    }

    proptest! {
        #[test]
        fn shares_always_add_up_to_one_million(
            scores in proptest::collection::btree_map(any::<u64>(), any::<i64>(), 1..400),
        ) {
            let scores: Vec<(u64, i64)> = scores.into_iter().collect();
            let rows: Vec<(u64, u64)> = scores.iter().map(|(id, _)| (*id, 1)).collect();
            let shares = shares(&scores, &rows);
            prop_assert_eq!(shares.iter().map(|(_, ppm)| ppm).sum::<u32>(), WHOLE);
        }

        #[test]
        fn shares_are_sorted_positive_without_repetition(
            scores in proptest::collection::btree_map(any::<u64>(), -50i64..1_000_000, 1..400),
        ) {
            let scores: Vec<(u64, i64)> = scores.into_iter().collect();
            let rows: Vec<(u64, u64)> = scores.iter().map(|(id, _)| (*id, 1)).collect();
            let shares = shares(&scores, &rows);
            prop_assert!(shares.len() <= MAX_SHARES);
            prop_assert!(shares.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(shares.iter().all(|(_, ppm)| *ppm > 0));
        }

        #[test]
        fn trimmed_shares_always_add_up_to_one_million(
            scores in proptest::collection::btree_map(any::<u64>(), 1i64..1_000_000, 1..400),
            most in 1usize..300,
        ) {
            let scores: Vec<(u64, i64)> = scores.into_iter().collect();
            let trimmed = trimmed(&shares(&scores, &[]), most);
            prop_assert!(trimmed.len() <= most);
            prop_assert!(trimmed.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert_eq!(trimmed.iter().map(|(_, ppm)| ppm).sum::<u32>(), WHOLE);
        }

        #[test]
        fn a_larger_score_never_gets_a_smaller_share(
            scores in proptest::collection::btree_map(any::<u64>(), 1i64..1_000_000, 2..40),
        ) {
            let scores: Vec<(u64, i64)> = scores.into_iter().collect();
            let shares: std::collections::BTreeMap<u64, u32> =
                shares(&scores, &[]).into_iter().collect();
            let part = |id: &u64| shares.get(id).copied().unwrap_or(0);
            for (a, x) in &scores {
                for (b, y) in &scores {
                    prop_assert!(x <= y || part(a) >= part(b));
                }
            }
        }
    }
}
