//! OpenLedger attribution pallet
