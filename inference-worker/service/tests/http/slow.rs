// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Callers that take their time, most of them over real connections.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use openledger_worker::{listen, worker::Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::support::{code, json_of, Bench, Setup};

/// Long enough for whatever has to happen.
const LONG: Duration = Duration::from_secs(20);

async fn bench(change: impl FnOnce(&mut Limits)) -> (tempfile::TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = Setup::default();
    change(&mut setup.limits);
    let bench = Bench::start(dir.path(), setup).await;
    (dir, bench)
}

/// Serves a worker on a real address.
async fn listen(bench: &Bench) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (router, limits) = (bench.router.clone(), bench.worker.limits.clone());
    tokio::spawn(async move {
        listen::serve(listener, router, &limits, std::future::pending()).await;
    });
    address
}

/// The first bytes of what comes from a connection.
async fn answer(client: &mut TcpStream) -> String {
    let mut bytes = vec![0; 12];
    timeout(LONG, client.read_exact(&mut bytes))
        .await
        .expect("there is an answer in time")
        .unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How much comes until a connection is closed.
async fn read_to_end(client: &mut TcpStream) -> usize {
    let mut bytes = Vec::new();
    let closed = timeout(LONG, client.read_to_end(&mut bytes)).await;
    // A reset is an end too.
    closed.expect("the connection is closed in time").ok();
    bytes.len()
}

const ALIVE: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test]
async fn a_refused_upload_should_get_its_answer() {
    let (_dir, bench) = bench(|_| {}).await;
    let mut client = TcpStream::connect(listen(&bench).await).await.unwrap();
    let size = 8 * 1024 * 1024;
    let head =
        format!("POST /v1/completions HTTP/1.1\r\nhost: a\r\ncontent-length: {size}\r\n\r\n");
    client.write_all(head.as_bytes()).await.unwrap();
    // Written to the end before the answer is read, as simple clients do.
    client.write_all(&vec![b'x'; size]).await.unwrap();
    assert_eq!(answer(&mut client).await, "HTTP/1.1 413");
}

#[tokio::test]
async fn a_connection_that_does_not_finish_its_head_should_be_closed() {
    let (_dir, bench) = bench(|limits| limits.head_time = Duration::from_millis(200)).await;
    let mut client = TcpStream::connect(listen(&bench).await).await.unwrap();
    client.write_all(b"GET /healthz HT").await.unwrap();
    read_to_end(&mut client).await;
}

#[tokio::test]
async fn a_connection_that_sends_nothing_should_be_closed() {
    let (_dir, bench) = bench(|limits| limits.head_time = Duration::from_millis(200)).await;
    let mut client = TcpStream::connect(listen(&bench).await).await.unwrap();
    read_to_end(&mut client).await;
}

#[tokio::test]
async fn a_connection_beyond_the_limit_should_wait_for_another_to_end() {
    let (_dir, bench) = bench(|limits| limits.connections = 1).await;
    let address = listen(&bench).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(ALIVE).await.unwrap();
    answer(&mut first).await;
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(ALIVE).await.unwrap();
    let early = timeout(Duration::from_millis(300), second.readable()).await;
    assert!(early.is_err());
    drop(first);
    assert_eq!(answer(&mut second).await, "HTTP/1.1 200");
}

#[tokio::test]
async fn a_reader_that_stands_still_should_be_left() {
    let (_dir, bench) = bench(|limits| limits.stall_time = Duration::from_millis(300)).await;
    let size = 48 * 1024 * 1024;
    let content = bench.worker.store.put(vec![7; size]).await.unwrap().hash;
    let mut client = TcpStream::connect(listen(&bench).await).await.unwrap();
    let head = format!("GET /v1/content/{content:?} HTTP/1.1\r\nhost: a\r\n\r\n");
    client.write_all(head.as_bytes()).await.unwrap();
    answer(&mut client).await;
    sleep(Duration::from_secs(3)).await;
    assert!(read_to_end(&mut client).await < size);
}

/// A body that sends a byte now and then, and never ends.
fn trickle() -> Body {
    Body::from_stream(futures::stream::unfold((), |()| async {
        sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, io::Error>("x"), ()))
    }))
}

#[tokio::test]
async fn a_body_that_trickles_should_be_refused() {
    let (_dir, bench) = bench(|limits| limits.stall_time = Duration::from_millis(300)).await;
    for request in [Request::put("/v1/content"), Request::post("/v1/jobs")] {
        let request = request.body(trickle()).unwrap();
        let (status, error) = json_of(bench.send(request).await).await;
        assert_eq!(
            (status, code(&error)),
            (StatusCode::REQUEST_TIMEOUT, "slow_body")
        );
    }
}

#[tokio::test]
async fn a_body_that_keeps_coming_should_be_taken() {
    let (_dir, bench) = bench(|limits| limits.stall_time = Duration::from_millis(400)).await;
    // Takes longer than one step may, and each step less.
    let steps = futures::stream::unfold(0, |step| async move {
        sleep(Duration::from_millis(100)).await;
        (step < 10).then(|| (Ok::<_, io::Error>(vec![step; 8 * 1024]), step + 1))
    });
    let body = Body::from_stream(steps);
    let request = Request::put("/v1/content").body(body).unwrap();
    assert_eq!(bench.send(request).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn uploads_should_not_hold_up_receipts() {
    let (_dir, bench) = bench(|limits| limits.transfers = 1).await;
    let router = bench.router.clone();
    let upload = Request::put("/v1/content").body(trickle()).unwrap();
    tokio::spawn(tower::ServiceExt::oneshot(router, upload));
    // Lets it take the only permit.
    tokio::task::yield_now().await;
    let request = Request::put("/v1/content").body(Body::from("x")).unwrap();
    assert_eq!(
        bench.send(request).await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
    assert!(bench.receipts().await.is_empty());
}
