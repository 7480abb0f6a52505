// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! An adapter's lineage by places: each entry is one read, whatever the lineage's size.

use alloc::{collections::BTreeMap, vec::Vec};
use openledger_primitives::{merkle::ContributionLeaf, AdapterId, DatanetId};
use polkadot_sdk::*;

use pallet_datanets::Accepted;
use pallet_models::{Adapters, Error as PalletError};
use pallet_revive::precompiles::{Error, Ext};

use crate::{frame, Config};

/// The most entries of a lineage that one call answers.
pub const MAX_PAGE: u32 = 256;

/// The contributions behind an adapter: of each of its Datanets the first so many accepted ones,
/// since each version contains the ones before it.
pub struct Lineage(Vec<(DatanetId, u32)>);

impl Lineage {
    /// How many contributions it has.
    pub fn size(&self) -> u32 {
        self.0
            .iter()
            .fold(0, |sum: u32, (_, count)| sum.saturating_add(*count))
    }

    /// The places of up to `count` entries from place `start` on: Datanet and place among its
    /// accepted contributions.
    pub fn places(&self, start: u32, count: u32) -> Vec<(DatanetId, u32)> {
        let (mut skip, mut left) = (start, count);
        let mut places = Vec::new();
        for (datanet, size) in &self.0 {
            let first = skip.min(*size);
            skip = skip.saturating_sub(first);
            let last = first.saturating_add(left).min(*size);
            places.extend((first..last).map(|index| (*datanet, index)));
            left = left.saturating_sub(last.saturating_sub(first));
        }
        places
    }
}

/// The lineage of an adapter; charged.
pub fn of<T: Config, E: Ext<T = T>>(adapter: u32, env: &mut E) -> Result<Lineage, Error> {
    frame::charge_reads::<T, _>(env, 1)?;
    let record = Adapters::<T>::get(AdapterId(adapter))
        .ok_or_else(|| frame::refuse::<T>(PalletError::<T>::UnknownAdapter.into()))?;
    // Versions ascend, so the last of each Datanet is the one that stays in the map.
    let last: BTreeMap<DatanetId, u32> = record
        .versions
        .iter()
        .map(|entry| (entry.version.datanet, entry.contributions))
        .collect();
    Ok(Lineage(last.into_iter().collect()))
}

/// A part of an adapter's lineage, at most [`MAX_PAGE`] entries; charged, with `more` further reads
/// for each entry.
pub fn page<T: Config, E: Ext<T = T>>(
    adapter: u32,
    start: u32,
    count: u32,
    more: u64,
    env: &mut E,
) -> Result<Vec<(DatanetId, ContributionLeaf)>, Error> {
    if count > MAX_PAGE {
        return Err(frame::revert("Models.PageTooLong"));
    }
    let places = of::<T, _>(adapter, env)?.places(start, count);
    let entries = u64::try_from(places.len()).unwrap_or(u64::MAX);
    frame::charge_reads::<T, _>(env, entries.saturating_mul(more.saturating_add(1)))?;
    Ok(places
        .into_iter()
        .filter_map(|(datanet, index)| Some((datanet, Accepted::<T>::get(datanet, index)?)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lineage() -> Lineage {
        Lineage(vec![
            (DatanetId(1), 2),
            (DatanetId(4), 0),
            (DatanetId(7), 3),
        ])
    }

    fn places(start: u32, count: u32) -> Vec<(u32, u32)> {
        let places = lineage().places(start, count).into_iter();
        places.map(|(datanet, index)| (datanet.0, index)).collect()
    }

    #[test]
    fn size_should_count_every_datanet() {
        assert_eq!(lineage().size(), 5);
    }

    #[test]
    fn places_should_go_on_in_the_next_datanet() {
        assert_eq!(places(1, 3), [(1, 1), (7, 0), (7, 1)]);
    }

    #[test]
    fn places_should_start_inside_a_later_datanet() {
        assert_eq!(places(3, 9), [(7, 1), (7, 2)]);
    }

    #[test]
    fn places_should_be_none_behind_the_end() {
        assert_eq!(places(5, 9), []);
        assert_eq!(places(u32::MAX, u32::MAX), []);
    }

    #[test]
    fn pages_should_give_every_entry_once() {
        let paged: Vec<_> = (0..5).flat_map(|start| places(start, 1)).collect();
        assert_eq!(paged, places(0, u32::MAX));
    }
}
