// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Tests, split by the call that they test.

pub(crate) mod mock;
