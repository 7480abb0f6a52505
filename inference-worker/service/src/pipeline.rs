// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The queue of escrowed jobs: dispatched by offchain workers, answered once each.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{stream, StreamExt};
use openledger_primitives::{
    pool::{DispatchStatus, DispatchedJob},
    views::JobInput,
    JobId, JobRef,
};
use tokio::task::JoinSet;

use crate::{
    chain::At,
    defects::caught,
    serve::{Question, ServeError},
    state::{job_name, BatchShape, Ending, Enqueued, JobRecord, Phase, StateError, Terms},
    worker::Worker,
};

/// How often a job is tried before it is given up.
const MAX_ATTEMPTS: u32 = 30;

/// The first and the longest wait between two attempts.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));

/// How many jobs of a dispatch are checked against the chain at a time.
const CHECKS: usize = 16;

/// After this many seconds a job that failed may be offered again.
const RETRY_FAILED: u64 = 20;

/// Takes dispatched jobs into the queue; one status per job, in order.
///
/// # Errors
/// [`StateError`] when nothing could be kept: then nothing was accepted.
pub async fn dispatch(
    worker: &Worker,
    jobs: Vec<DispatchedJob>,
) -> Result<Vec<DispatchStatus>, StateError> {
    let refs: Vec<_> = jobs.iter().map(|job| JobRef::Escrowed(job.job)).collect();
    let known = {
        let refs = refs.clone();
        worker.state.run(move |state| state.jobs(&refs)).await?
    };
    let mut seen = HashSet::new();
    let checks = jobs.into_iter().zip(known).map(|(dispatched, known)| {
        let again = !seen.insert(dispatched.job);
        async move {
            // The same job twice in one dispatch.
            if again {
                return Err(DispatchStatus::Queued);
            }
            let Some(known) = known else {
                return admit(worker, dispatched).await;
            };
            match known_status(&known.phase) {
                Known::Is(status) => Err(status),
                Known::Unless(status) => match admit(worker, dispatched).await {
                    Ok(record) if !record.is_same_job(&known) => Ok(record),
                    // That the chain cannot be asked just now does not take the job away.
                    Ok(_) | Err(DispatchStatus::Busy) => Err(status),
                    Err(other) => Err(other),
                },
                Known::Anew => admit(worker, dispatched).await,
            }
        }
    });
    let checked: Vec<_> = stream::iter(checks).buffered(CHECKS).collect().await;
    let mut statuses = Vec::with_capacity(checked.len());
    let mut new = Vec::new();
    for (job, checked) in refs.into_iter().zip(checked) {
        match checked {
            Ok(record) => {
                new.push((statuses.len(), job, record));
                statuses.push(DispatchStatus::Queued);
            }
            Err(status) => statuses.push(status),
        }
    }
    if !new.is_empty() {
        let limit = worker.limits.queue;
        let (places, offered): (Vec<_>, Vec<_>) = new
            .into_iter()
            .map(|(place, job, record)| (place, (job, record)))
            .unzip();
        let answers = worker
            .state
            .run(move |state| state.enqueue(offered, limit))
            .await?;
        for (place, answer) in places.into_iter().zip(answers) {
            if let (Enqueued::Full, Some(status)) = (answer, statuses.get_mut(place)) {
                *status = DispatchStatus::Busy;
            }
        }
        worker.queued.notify_one();
    }
    for status in &statuses {
        metrics::counter!("openledger_worker_dispatched_total", "status" => format!("{status:?}"))
            .increment(1);
    }
    Ok(statuses)
}

/// What to answer about a job that was dispatched before.
enum Known {
    /// This.
    Is(DispatchStatus),
    /// This, unless its number means another job by now: a fork that was given up can leave it to one.
    Unless(DispatchStatus),
    /// Nothing: it is checked as if it were new.
    Anew,
}

fn known_status(phase: &Phase) -> Known {
    match phase {
        Phase::Queued | Phase::Reserved => Known::Unless(DispatchStatus::Queued),
        Phase::Finished(_) => Known::Unless(DispatchStatus::Finished),
        Phase::Ended { .. } => Known::Is(DispatchStatus::NotEscrowed),
        Phase::Failed { at, .. } => {
            match crate::seconds_since_1970() < at.saturating_add(RETRY_FAILED) {
                true => Known::Is(DispatchStatus::Unservable),
                false => Known::Anew,
            }
        }
    }
}

/// Checks a job against the chain, which alone says what is paid for what.
async fn admit(worker: &Worker, dispatched: DispatchedJob) -> Result<JobRecord, DispatchStatus> {
    let job = dispatched.job;
    let away = |error: &dyn std::fmt::Display| {
        tracing::warn!(%job, %error, "cannot check a dispatched job");
        DispatchStatus::Busy
    };
    let refuse = |reason: &str| {
        tracing::info!(%job, reason, "refused a dispatched job");
        DispatchStatus::Unservable
    };
    if !worker.registered().await.map_err(|error| away(&error))? {
        return Err(refuse("this worker's key is not registered on chain"));
    }
    let Some(view) = worker.chain.job(job).await.map_err(|error| away(&error))? else {
        return Err(DispatchStatus::NotEscrowed);
    };
    if view.adapter != dispatched.adapter || view.input.hash() != dispatched.input.hash() {
        return Err(refuse(
            "the dispatch names another adapter or input than the chain",
        ));
    }
    match worker.adapters.resolve(view.adapter).await {
        Ok(_) => {}
        Err(ServeError::Unservable(reason)) => return Err(refuse(&reason)),
        Err(error) => return Err(away(&error)),
    }
    let max_units = view.max_units();
    let input_hash = view.input.hash();
    let bytes = match view.input {
        JobInput::Inline(bytes) => bytes.into_inner(),
        JobInput::Stored(hash) => {
            let limit = worker.limits.input_bytes as u64;
            match worker.store.get(&hash, limit).await {
                Ok(bytes) => bytes.to_vec(),
                Err(error) => return Err(refuse(&error.to_string())),
            }
        }
    };
    let Ok(input) = String::from_utf8(bytes) else {
        return Err(refuse("the input is not UTF-8"));
    };
    let units = worker.model.units(&input);
    if units > max_units {
        return Err(refuse(&format!(
            "{units} units, the escrow pays for {max_units}"
        )));
    }
    Ok(JobRecord {
        adapter: view.adapter,
        consumer: view.consumer,
        input,
        input_hash,
        unit_price: view.unit_price,
        max_units,
        delivered: view.delivered,
        accepted_at: worker.chain.best().unwrap_or_default(),
        attempts: 0,
        phase: Phase::Queued,
    })
}

/// Answers the queue until the worker is told to stop, then waits for what is running. What was not
/// finished by then stays queued for the next start.
pub async fn run(worker: Arc<Worker>) {
    let mut running: JoinSet<(JobRef, Outcome)> = JoinSet::new();
    let mut busy: HashSet<JobRef> = HashSet::new();
    // Jobs that wait for their next attempt.
    let mut resting: Vec<(Instant, JobRef)> = Vec::new();
    let mut stopping = worker.stopping.subscribe();
    loop {
        if *stopping.borrow() {
            break;
        }
        let now = Instant::now();
        resting.retain(|(until, job)| {
            let rests = *until > now;
            if !rests {
                busy.remove(job);
            }
            rests
        });
        if running.len() < worker.limits.concurrency {
            // Jobs that are being answered are still in the queue, at its front.
            let limit = worker.limits.concurrency.saturating_add(busy.len());
            match worker.state.run(move |state| state.queued(limit)).await {
                Ok(queued) => {
                    for job in queued {
                        if running.len() >= worker.limits.concurrency {
                            break;
                        }
                        if busy.insert(job) {
                            running.spawn(answer(worker.clone(), job));
                        }
                    }
                }
                Err(error) => tracing::error!(%error, "cannot read the queue"),
            }
        }
        let next = resting.iter().map(|(until, _)| *until).min();
        let wake = next.unwrap_or_else(|| now + Duration::from_secs(5));
        tokio::select! {
            _ = stopping.changed() => {}
            () = worker.queued.notified() => {}
            () = tokio::time::sleep_until(wake.into()) => {}
            Some(done) = running.join_next(), if !running.is_empty() => {
                match done {
                    Ok((job, Outcome::Done)) => drop(busy.remove(&job)),
                    Ok((job, Outcome::Again(wait))) => resting.push((Instant::now() + wait, job)),
                    // A panic on the way to an answer is caught in the task. What is left is a task that
                    // could not keep what came of its job, which stays queued for the next start.
                    Err(error) => tracing::error!(%error, "a job's task failed"),
                }
            }
        }
    }
    let rest = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(worker.limits.shutdown_time, rest)
        .await
        .is_err()
    {
        tracing::warn!("some jobs did not finish in time; they stay queued for the next start");
    }
}

enum Outcome {
    Done,
    Again(Duration),
}

/// Answers one job and keeps what came of it.
async fn answer(worker: Arc<Worker>, job: JobRef) -> (JobRef, Outcome) {
    let started = Instant::now();
    let (result, outcome) = match worker.state.run(move |state| state.job(&job)).await {
        Ok(Some(record)) => answer_record(&worker, job, record, started).await,
        Ok(None) => ("gone", Outcome::Done),
        Err(error) => {
            tracing::error!(job = job_name(&job), %error, "cannot read a job");
            ("put back", Outcome::Again(BACK_OFF.1))
        }
    };
    metrics::counter!("openledger_worker_jobs_total", "result" => result).increment(1);
    metrics::histogram!("openledger_worker_job_seconds", "result" => result)
        .record(started.elapsed());
    (job, outcome)
}

/// What came of a job, in a word for the metrics, and what to do next.
async fn answer_record(
    worker: &Worker,
    job: JobRef,
    record: JobRecord,
    started: Instant,
) -> (&'static str, Outcome) {
    let name = job_name(&job);
    let (terms, attempts) = (record.terms(), record.attempts);
    match caught(try_answer(worker, job, record)).await {
        Ok(Ok(Some(batch))) => {
            tracing::info!(
                job = name,
                batch_rows = batch.rows,
                batch_adapters = batch.adapters,
                ms = started.elapsed().as_millis() as u64,
                "answered"
            );
            ("answered", Outcome::Done)
        }
        Ok(Ok(None)) => ("gone", Outcome::Done),
        Ok(Err(ServeError::Unservable(reason))) => {
            tracing::warn!(job = name, reason, "cannot be answered");
            ("failed", fail(worker, job, terms, reason).await)
        }
        Ok(Err(error)) if attempts >= MAX_ATTEMPTS => {
            tracing::warn!(job = name, %error, attempts, "given up");
            ("failed", fail(worker, job, terms, error.to_string()).await)
        }
        Ok(Err(error)) => {
            let wait = BACK_OFF
                .0
                .saturating_mul(1 << attempts.min(8))
                .min(BACK_OFF.1);
            tracing::info!(
                job = name, %error, attempts, retry_in_ms = wait.as_millis() as u64, "put back"
            );
            if let Err(error) = worker
                .state
                .run(move |state| state.count_attempt(&job))
                .await
            {
                tracing::error!(%error, "cannot count an attempt");
            }
            ("put back", Outcome::Again(wait))
        }
        // It would meet the same defect again.
        Err(defect) => {
            tracing::error!(job = name, %defect, "cannot be answered");
            ("failed", fail(worker, job, terms, defect.to_string()).await)
        }
    }
}

/// Notes that a job cannot be answered. When that cannot be kept, it is tried again later.
async fn fail(worker: &Worker, job: JobRef, asked: Terms, reason: String) -> Outcome {
    let kept = worker
        .state
        .run(move |state| state.fail(&job, &asked, &reason))
        .await;
    match kept {
        Ok(()) => Outcome::Done,
        Err(error) => {
            tracing::error!(%error, "cannot keep what came of a job");
            Outcome::Again(BACK_OFF.1)
        }
    }
}

/// The run that the answer came from; `None` when the job ended, or its number came to mean another
/// one, meanwhile.
async fn try_answer(
    worker: &Worker,
    job: JobRef,
    record: JobRecord,
) -> Result<Option<BatchShape>, ServeError> {
    let passing = |error: StateError| ServeError::Passing(error.to_string());
    // The queue may be older than this process: somebody else may have answered.
    if let JobRef::Escrowed(id) = job {
        let asked = record.accepted_at == worker.chain.best()?;
        if !asked && !is_open(worker, id).await? {
            tracing::info!(
                job = job_name(&job),
                "ended on chain before it was answered"
            );
            let ended = vec![(job, Ending::Unsettled)];
            worker
                .state
                .run(move |state| state.end(&ended))
                .await
                .map_err(passing)?;
            return Ok(None);
        }
    }
    let terms = record.terms();
    let question = Question {
        job,
        adapter: record.adapter,
        input: record.input,
        unit_price: record.unit_price,
        max_units: record.max_units,
        delivered: record.delivered,
        voucher: None,
    };
    let finished = worker.server.serve(question).await?.finished;
    let batch = finished.batch;
    let kept = worker
        .state
        .run(move |state| state.finish(&job, &terms, finished))
        .await
        .map_err(passing)?;
    Ok(kept.then_some(batch))
}

/// Whether a job still waits for its answer on chain. A job that the chain does not have, because the
/// fork that it was seen on was given up, may come back.
async fn is_open(worker: &Worker, job: JobId) -> Result<bool, ServeError> {
    if worker.chain.job(job).await?.is_some() {
        return Ok(true);
    }
    match worker
        .chain
        .ended(At::Best, &[JobRef::Escrowed(job)])
        .await?
        == [true]
    {
        true => Ok(false),
        false => Err(ServeError::Passing(
            "the chain does not have the job at present".into(),
        )),
    }
}
