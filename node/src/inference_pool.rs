// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The operator's list of inference workers.
//!
//! It comes from the command line and reaches the runtime's offchain worker through the node's own
//! offchain storage: a validator connects to addresses that its operator chose, never to one that
//! a stranger wrote on chain.

use codec::Encode;
use openledger_offchain_workers::{
    endpoints::{Endpoint as PoolEntry, MAX_ENDPOINTS},
    POOL_KEY,
};
use polkadot_sdk::*;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use url::{Host, Url};

/// The address of an inference worker: `http` or `https`, no credentials, no query, no fragment and
/// no slash at the end, so that `/v1/…` can be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an address. The error says what is wrong with it, in words for the operator.
pub fn parse_endpoint(text: &str) -> Result<Endpoint, String> {
    let url = Url::parse(text).map_err(|error| {
        format!("{error}: write it as http://HOST:PORT or https://HOST, such as {EXAMPLE}")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "it must begin with http:// or https://, such as {EXAMPLE}"
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "it must not carry a user name or password: it is stored and logged as it is".into(),
        );
    }
    match url.host() {
        None | Some(Host::Domain("")) => return Err("it has no host".into()),
        Some(_) => {}
    }
    if url.port() == Some(0) {
        return Err("port 0 cannot be connected to".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it must not have a query or fragment: paths are appended to it".into());
    }
    // The offchain worker drops silently what it cannot use: let it judge here, where the operator
    // reads the answer.
    let entry = PoolEntry::parse(url.as_str().as_bytes())?;
    Ok(Endpoint(entry.url().into()))
}

const EXAMPLE: &str = "http://127.0.0.1:8600";

/// The list without repetitions, or why it cannot be used.
///
/// `validator` is whether the node takes part in consensus: nobody else is assigned jobs.
pub fn check(endpoints: &[Endpoint], validator: bool) -> Result<Vec<Endpoint>, String> {
    if !endpoints.is_empty() && !validator {
        return Err(
            "--inference-pool is for validators, which jobs are assigned to: \
                    add --validator or leave it out"
                .into(),
        );
    }
    let mut pool: Vec<Endpoint> = Vec::new();
    for endpoint in endpoints {
        if !pool.contains(endpoint) {
            pool.push(endpoint.clone());
        }
    }
    if pool.len() > MAX_ENDPOINTS as usize {
        return Err(format!(
            "--inference-pool names {} workers, {MAX_ENDPOINTS} are possible: \
             put more of them behind a load balancer",
            pool.len()
        ));
    }
    Ok(pool)
}

/// Makes `pool` the list that the offchain worker reads; an empty one removes what an earlier start
/// has left.
pub fn store(storage: &mut impl OffchainStorage, pool: &[Endpoint]) {
    if pool.is_empty() {
        storage.remove(STORAGE_PREFIX, POOL_KEY);
    } else {
        let list: Vec<&[u8]> = pool
            .iter()
            .map(|endpoint| endpoint.as_str().as_bytes())
            .collect();
        storage.set(STORAGE_PREFIX, POOL_KEY, &list.encode());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Decode;
    use openledger_offchain_workers::endpoints::MAX_URL_BYTES;
    use sp_core::offchain::storage::InMemOffchainStorage;

    fn endpoint(text: &str) -> Endpoint {
        parse_endpoint(text).expect("the address is valid")
    }

    fn reason(text: &str) -> String {
        parse_endpoint(text).expect_err("the address is not valid")
    }

    #[test]
    fn an_address_should_lose_its_last_slash() {
        assert_eq!(
            endpoint("http://127.0.0.1:8600/").as_str(),
            "http://127.0.0.1:8600"
        );
    }

    #[test]
    fn an_address_should_keep_its_path() {
        assert_eq!(
            endpoint("https://pool.example.org/workers/a").as_str(),
            "https://pool.example.org/workers/a"
        );
    }

    #[test]
    fn an_address_should_be_possible_in_ipv6() {
        assert_eq!(endpoint("http://[::1]:8600").as_str(), "http://[::1]:8600");
    }

    #[test]
    fn an_address_without_a_scheme_should_be_refused() {
        assert!(reason("127.0.0.1:8600").contains("http://HOST:PORT"));
    }

    #[test]
    fn an_address_of_another_scheme_should_be_refused() {
        assert!(reason("ws://127.0.0.1:8600").contains("begin with http"));
    }

    #[test]
    fn an_address_with_a_password_should_be_refused() {
        assert!(reason("http://ada:secret@127.0.0.1:8600").contains("password"));
    }

    #[test]
    fn an_address_with_a_user_name_should_be_refused() {
        assert!(reason("http://ada@127.0.0.1:8600").contains("user name"));
    }

    #[test]
    fn an_address_with_a_query_should_be_refused() {
        assert!(reason("http://127.0.0.1:8600/?key=1").contains("query"));
    }

    #[test]
    fn an_address_without_a_host_should_be_refused() {
        assert!(!reason("http://").is_empty());
    }

    #[test]
    fn an_address_with_port_zero_should_be_refused() {
        assert!(reason("http://127.0.0.1:0").contains("port 0"));
    }

    #[test]
    fn an_address_that_is_too_long_should_be_refused() {
        let long = format!("http://127.0.0.1/{}", "a".repeat(MAX_URL_BYTES));
        assert!(reason(&long).contains("longer than"));
    }

    #[test]
    fn a_pool_should_hold_each_worker_once() {
        let twice = [
            endpoint("http://127.0.0.1:8600"),
            endpoint("http://127.0.0.1:8600/"),
        ];
        assert_eq!(
            check(&twice, true),
            Ok(vec![endpoint("http://127.0.0.1:8600")])
        );
    }

    #[test]
    fn a_pool_should_be_bounded() {
        let many: Vec<_> = (0..=MAX_ENDPOINTS as usize)
            .map(|i| endpoint(&format!("http://127.0.0.1:{}", 8600 + i)))
            .collect();
        assert!(check(&many[..MAX_ENDPOINTS as usize], true).is_ok());
        assert!(check(&many, true)
            .expect_err("one too many")
            .contains("17 workers"));
    }

    #[test]
    fn a_pool_should_be_refused_on_a_node_that_is_not_a_validator() {
        let pool = [endpoint("http://127.0.0.1:8600")];
        assert!(check(&pool, false)
            .expect_err("not a validator")
            .contains("--validator"));
        assert_eq!(check(&[], false), Ok(vec![]));
    }

    #[test]
    fn a_stored_pool_should_be_read_back_as_bytes() {
        let mut storage = InMemOffchainStorage::default();
        store(
            &mut storage,
            &[endpoint("http://a:1"), endpoint("http://b:2")],
        );
        let bytes = storage
            .get(STORAGE_PREFIX, POOL_KEY)
            .expect("it was stored");
        assert_eq!(
            Vec::<Vec<u8>>::decode(&mut &bytes[..]).expect("it is a list"),
            [b"http://a:1".to_vec(), b"http://b:2".to_vec()]
        );
    }

    #[test]
    fn an_empty_pool_should_remove_the_one_before() {
        let mut storage = InMemOffchainStorage::default();
        store(&mut storage, &[endpoint("http://a:1")]);
        store(&mut storage, &[]);
        assert_eq!(storage.get(STORAGE_PREFIX, POOL_KEY), None);
    }
}
