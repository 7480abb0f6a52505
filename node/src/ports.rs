// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Taken ports are an error at the start.
//!
//! Left to itself a node answers RPC on a random port when its own is taken, loses its metrics with
//! a line in the log, and listens for no peers: each is found out much later, by someone else.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener},
};

use polkadot_sdk::*;
use sc_network::{multiaddr::Protocol, Multiaddr};
use sc_service::Configuration;

/// Keeps the RPC server to its port, and checks that every TCP port of `config` is free. The error
/// names the port and the option that moves it.
pub fn claim(config: &mut Configuration) -> Result<(), String> {
    for endpoint in config.rpc.addr.iter_mut().flatten() {
        endpoint.retry_random_port = false;
        if !endpoint.is_optional {
            ensure_free(endpoint.listen_addr, "RPC", "--rpc-port")?;
        }
    }
    if let Some(prometheus) = &config.prometheus_config {
        ensure_free(prometheus.port, "Prometheus", "--prometheus-port")?;
    }
    for address in config.network.listen_addresses.iter().filter_map(socket) {
        ensure_free(address, "peers", "--port")?;
    }
    Ok(())
}

/// The TCP socket of a multiaddress; none for UDP ones.
fn socket(address: &Multiaddr) -> Option<SocketAddr> {
    let mut ip: Option<IpAddr> = None;
    for part in address.iter() {
        match part {
            Protocol::Ip4(v4) => ip = Some(v4.into()),
            Protocol::Ip6(v6) => ip = Some(v6.into()),
            Protocol::Tcp(port) => return ip.map(|ip| SocketAddr::new(ip, port)),
            _ => {}
        }
    }
    None
}

/// Whether `address` can be listened on. Port 0 always can. What else may be wrong with an address,
/// such as a machine without IPv6, is left to the server that listens on it.
fn ensure_free(address: SocketAddr, purpose: &str, option: &str) -> Result<(), String> {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(format!(
            "port {} for {purpose} is taken by another process: stop it, or choose another port \
             with {option}",
            address.port()
        )),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(format!(
            "this user may not listen on port {} for {purpose}: choose another port with {option}",
            address.port()
        )),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_should_be_named_with_the_option_that_moves_it() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("some port is free");
        let address = taken.local_addr().expect("it is bound");
        let error = ensure_free(address, "RPC", "--rpc-port").expect_err("the port is taken");
        assert!(error.contains(&address.port().to_string()), "{error}");
        assert!(
            error.contains("--rpc-port") && !error.contains('\n'),
            "{error}"
        );
    }

    #[test]
    fn a_free_port_should_stay_free() {
        let address: SocketAddr = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
            listener.local_addr().expect("it is bound")
        };
        assert_eq!(ensure_free(address, "RPC", "--rpc-port"), Ok(()));
        assert!(TcpListener::bind(address).is_ok());
    }

    #[test]
    fn a_tcp_address_should_give_its_socket() {
        let address: Multiaddr = "/ip4/0.0.0.0/tcp/30333/ws".parse().expect("it is valid");
        assert_eq!(socket(&address), Some(([0, 0, 0, 0], 30333).into()));
    }

    #[test]
    fn a_udp_address_should_give_no_socket() {
        let address: Multiaddr = "/ip4/0.0.0.0/udp/30333".parse().expect("it is valid");
        assert_eq!(socket(&address), None);
    }
}
