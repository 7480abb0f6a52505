//! OpenLedger inference pallet
