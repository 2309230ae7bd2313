//! Appends that are answered when replicas have them: as many as wait, then one `WAIT` for all of them, on a connection of
//! their own, so that nothing else waits with them.

use std::sync::Arc;
use std::time::Duration;

use redis::Value;
use tokio::sync::{mpsc, oneshot};

use super::node::{Line, Live, Trouble};
use super::scripts::Call;

/// An append and who waits for its answer.
pub(super) struct Append {
    pub call: Arc<Call>,
    pub answer: oneshot::Sender<Answer>,
}

type Answer = Result<Value, Trouble>;

/// What one server's appends wait for.
#[derive(Clone, Copy)]
pub(super) struct Confirmation {
    /// Replicas that have to have them.
    pub replicas: u32,
    /// How long they may take.
    pub patience: Duration,
}

/// Carries out what comes until nobody can send more.
pub(super) async fn serve(line: Line, confirmation: Confirmation, mut queue: mpsc::Receiver<Append>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        batch.retain(|append| !append.answer.is_closed());
        let calls: Vec<&Call> = batch.iter().map(|append| &*append.call).collect();
        let answers = match line.connection().await {
            Ok(live) => carry_out(&live, confirmation, &calls).await,
            Err(trouble) => Err(trouble),
        };
        let answers = answers.unwrap_or_else(|trouble| vec![Err(trouble); calls.len()]);
        for (append, answer) in batch.drain(..).zip(answers) {
            let _ = append.answer.send(answer);
        }
    }
}

async fn carry_out(live: &Live, confirmation: Confirmation, calls: &[&Call]) -> Result<Vec<Answer>, Trouble> {
    let known = calls.iter().map(|call| call.by_hash(&live.run)).collect();
    let mut answers = confirmed(live, confirmation, known).await?;
    let is_unknown = |answer: &Answer| matches!(answer, Err(Trouble::NoScript));
    if answers.iter().any(is_unknown) {
        let unknown = calls.iter().zip(&answers).filter(|(_, answer)| is_unknown(answer));
        let texts = unknown.map(|(call, _)| call.by_text(&live.run)).collect();
        let mut late = confirmed(live, confirmation, texts).await?.into_iter();
        for answer in answers.iter_mut().filter(|answer| is_unknown(answer)) {
            *answer = late.next().unwrap_or(Err(Trouble::Lost));
        }
    }
    Ok(answers)
}

/// Sends commands with a `WAIT` behind them. What was done and is not confirmed counts as lost.
async fn confirmed(live: &Live, confirmation: Confirmation, commands: Vec<redis::Cmd>) -> Result<Vec<Answer>, Trouble> {
    let mut pipe = redis::pipe();
    for command in commands {
        pipe.add_command(command);
    }
    let patience = u64::try_from(confirmation.patience.as_millis()).unwrap_or(u64::MAX);
    pipe.cmd("WAIT").arg(confirmation.replicas).arg(patience);
    let mut answers = live.ask_all(&pipe).await?;
    match answers.pop() {
        Some(Ok(Value::Int(replicas))) if replicas >= confirmation.replicas.into() => Ok(answers),
        _ => Ok(answers.into_iter().map(|answer| answer.and(Err(Trouble::Lost))).collect()),
    }
}

/// Appends that wait together.
const BATCH: usize = 64;
