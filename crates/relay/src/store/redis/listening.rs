//! Listening to the channels of watched mailboxes, wherever their servers are by now. Spec: relay, "Leases".

use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::keys::{MailboxId, UnixTime};
use redis::Value;
use tokio::time::{sleep, timeout};

use super::super::Error;
use super::Shared;
use super::names::Tag;
use super::node::{Live, Node, Trouble, text};
use super::scripts::{Call, TAKE};
use super::watched::Stray;

impl Shared {
    /// Listens to a mailbox, then tells every process that its subscriber is here.
    pub async fn watch(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        let (tag, owner) = (self.names.tag(id), super::random_name()?);
        self.watched.insert(tag, id, &owner);
        let taken = async {
            timeout(self.patience, self.listen(tag)).await.unwrap_or(Err(Trouble::Lost))?;
            self.cluster.run(Call::new(&TAKE, tag, now).arg(&owner)).await
        };
        let taken = match taken.await.as_deref() {
            Ok([Value::Int(0)]) => Ok(()),
            Ok(_) => Err(Error::Unknown),
            Err(error) => Err(*error),
        };
        if taken.is_err() {
            self.watched.remove_for(tag, &owner);
        }
        taken
    }

    async fn listen(&self, tag: Tag) -> Result<(), Trouble> {
        match self.listen_at(&*self.cluster.node(tag.slot())?, tag).await {
            Err(Trouble::Moved) => {
                self.cluster.refresh().await;
                self.listen_at(&*self.cluster.node(tag.slot())?, tag).await
            }
            listening => listening,
        }
    }

    async fn listen_at(&self, node: &Node, tag: Tag) -> Result<(), Trouble> {
        let _turn = node.order.lock().await;
        let live = node.ear.connection().await?;
        live.ask(redis::cmd("SSUBSCRIBE").arg(tag.channel())).await?;
        self.watched.listens(tag, live.serial);
        Ok(())
    }

    /// Listens no longer to what is not watched any more.
    pub async fn leave(&self, tag: Tag) {
        let Ok(node) = self.cluster.node(tag.slot()) else { return };
        let _turn = node.order.lock().await;
        if let Some(live) = node.ear.current().filter(|_| !self.watched.contains(tag)) {
            let _ = live.ask(redis::cmd("SUNSUBSCRIBE").arg(tag.channel())).await;
        }
    }

    /// Takes up again what no connection listens to, for ever.
    pub async fn gather(&self) {
        loop {
            tokio::select! {
                () = self.watched.astray.notified() => {}
                () = self.cluster.changed.notified() => {}
                () = sleep(LOOK) => {}
            }
            let mut pause = FIRST_PAUSE;
            while !self.gather_once().await {
                self.cluster.refresh().await;
                sleep(pause).await;
                pause = (pause * 2).min(LAST_PAUSE);
            }
        }
    }

    /// Whether nothing is astray any more.
    async fn gather_once(&self) -> bool {
        let home = |tag: Tag| Some(self.cluster.node(tag.slot()).ok()?.ear.current()?.serial);
        let mut homes: Vec<(Arc<Node>, Vec<Stray>)> = Vec::new();
        let mut all = true;
        for stray in self.watched.strays(home) {
            let Ok(node) = self.cluster.node(stray.tag.slot()) else {
                all = false;
                continue;
            };
            match homes.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &node)) {
                Some((_, strays)) => strays.push(stray),
                None => homes.push((node, vec![stray])),
            }
        }
        for (node, strays) in homes {
            for portion in strays.chunks(PORTION) {
                all &= self.take_up(&node, portion).await.is_ok();
            }
        }
        all
    }

    async fn take_up(&self, node: &Node, strays: &[Stray]) -> Result<(), Trouble> {
        let turn = node.order.lock().await;
        let live = node.ear.connection().await?;
        let strays: Vec<_> = strays.iter().filter(|stray| self.watched.contains(stray.tag)).collect();
        let listening = ask_each(&live, strays.iter().map(|stray| ("SSUBSCRIBE", stray.tag.channel(), None))).await?;
        for (stray, _) in strays.iter().zip(&listening).filter(|(_, listening)| listening.is_ok()) {
            self.watched.listens(stray.tag, live.serial);
        }
        drop(turn);
        // Only now: what comes after this look is heard.
        let look = strays.iter().map(|stray| ("HGET", stray.tag.mailbox(), Some("owner")));
        let owners = match node.talk.connection().await {
            Ok(talk) => ask_each(&talk, look).await,
            Err(trouble) => Err(trouble),
        };
        let owners = owners.unwrap_or_else(|trouble| vec![Err(trouble); strays.len()]);
        let mut all = Ok(());
        for ((stray, listening), owner) in strays.into_iter().zip(listening).zip(owners) {
            match (listening, owner) {
                (Ok(_), Ok(owner)) => self.watched.found(stray, text(&owner)),
                _ => {
                    self.watched.strays_again(stray.tag);
                    all = Err(Trouble::Lost);
                }
            }
        }
        all
    }
}

type Asked = (&'static str, String, Option<&'static str>);

async fn ask_each(live: &Live, what: impl Iterator<Item = Asked>) -> Result<Vec<Result<Value, Trouble>>, Trouble> {
    let mut pipe = redis::pipe();
    for (command, key, field) in what {
        pipe.cmd(command).arg(key).arg(field);
    }
    if pipe.is_empty() { Ok(Vec::new()) } else { live.ask_all(&pipe).await }
}

/// How often to look for what is astray, whatever is known.
const LOOK: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// Mailboxes taken up at a time.
const PORTION: usize = 256;
