//! OpenLedger models pallet
