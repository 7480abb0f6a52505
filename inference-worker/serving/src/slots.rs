// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use lru::LruCache;
use std::collections::BTreeSet;

/// Which adapter is in which slot of a bank. Least recently used adapters make room for new ones,
/// but never those that the batch in hand needs. Slot 0 is the base model and never handed out.
pub struct SlotTable {
    /// Adapter → slot, by last use.
    used: LruCache<[u8; 32], usize>,
    /// Slots that nobody has used yet, the lowest last.
    free: Vec<usize>,
    /// Adapters of the batch in hand.
    pinned: BTreeSet<[u8; 32]>,
}

/// Where an adapter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It is in this slot already.
    Present(usize),
    /// It must be copied into this slot.
    Fill(usize),
}

impl SlotTable {
    /// A table of the slots 1 to `slots`.
    pub fn new(slots: usize) -> Self {
        Self {
            used: LruCache::unbounded(),
            free: (1..=slots).rev().collect(),
            pinned: BTreeSet::new(),
        }
    }

    /// Gives `adapter` a slot and pins it until [`SlotTable::unpin_all`]. `None` when every slot
    /// holds a pinned adapter.
    pub fn pin(&mut self, adapter: [u8; 32]) -> Option<Placement> {
        if let Some(slot) = self.used.get(&adapter) {
            let placement = Placement::Present(*slot);
            self.pinned.insert(adapter);
            return Some(placement);
        }
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                let pinned = &self.pinned;
                // From the least recently used on.
                let oldest = self.used.iter().rev().map(|(hash, _)| *hash);
                let victim = oldest.into_iter().find(|hash| !pinned.contains(hash))?;
                self.used.pop(&victim)?
            }
        };
        self.used.put(adapter, slot);
        self.pinned.insert(adapter);
        Some(Placement::Fill(slot))
    }

    /// Ends a batch: its adapters may make room for others again.
    pub fn unpin_all(&mut self) {
        self.pinned.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: u8) -> [u8; 32] {
        [number; 32]
    }

    #[test]
    fn slot_zero_is_never_handed_out() {
        let mut table = SlotTable::new(2);
        let placements = [table.pin(hash(1)), table.pin(hash(2))];
        assert_eq!(
            placements,
            [Some(Placement::Fill(1)), Some(Placement::Fill(2))]
        );
    }

    #[test]
    fn an_adapter_keeps_its_slot() {
        let mut table = SlotTable::new(2);
        table.pin(hash(1));
        assert_eq!(table.pin(hash(1)), Some(Placement::Present(1)));
    }

    #[test]
    fn the_least_recently_used_adapter_makes_room() {
        let mut table = SlotTable::new(2);
        for number in [1, 2, 1] {
            table.pin(hash(number));
            table.unpin_all();
        }
        assert_eq!(table.pin(hash(3)), Some(Placement::Fill(2)));
    }

    #[test]
    fn a_pinned_adapter_never_makes_room() {
        let mut table = SlotTable::new(2);
        table.pin(hash(1));
        table.unpin_all();
        table.pin(hash(2));
        table.unpin_all();
        // 1 is the older one, but in use.
        table.pin(hash(1));
        assert_eq!(table.pin(hash(3)), Some(Placement::Fill(2)));
    }

    #[test]
    fn nothing_is_placed_while_every_slot_is_pinned() {
        let mut table = SlotTable::new(2);
        table.pin(hash(1));
        table.pin(hash(2));
        assert_eq!(table.pin(hash(3)), None);
    }

    #[test]
    fn an_evicted_adapter_must_be_filled_again() {
        let mut table = SlotTable::new(1);
        table.pin(hash(1));
        table.unpin_all();
        table.pin(hash(2));
        table.unpin_all();
        assert_eq!(table.pin(hash(1)), Some(Placement::Fill(1)));
    }
}
