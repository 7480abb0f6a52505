//! The inference coordinator that the runtime calls from its offchain hook
