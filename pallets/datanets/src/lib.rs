//! OpenLedger datanets pallet
