//! Which server has which mailbox: one that has all of them, or the primaries of a cluster, by the slot of a hash tag.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use redis::Value;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::super::Error;
use super::lane::{self, Append, Confirmation};
use super::names::SLOTS;
use super::node::{Dial, Hear, Node, Place, Trouble, text};
use super::scripts::Call;

/// The servers, and who has what as far as is known.
pub(super) struct Cluster {
    seeds: Vec<Arc<Node>>,
    clustered: bool,
    replicas: u32,
    dial: Arc<Dial>,
    hear: Hear,
    map: RwLock<Arc<Map>>,
    refreshed: Mutex<Option<Instant>>,
    /// Something went wrong that another map may mend.
    pub unsure: Notify,
    /// There is another map.
    pub changed: Notify,
}

/// Who has what.
struct Map {
    parts: Vec<Part>,
}

/// The slots from one to another, and the primary that has them.
type Part = (u16, u16, Arc<Node>);

impl Cluster {
    /// One server, the first of the places, or with `clustered` all of a cluster that any of them knows.
    pub fn new(places: Vec<Place>, clustered: bool, replicas: u32, dial: Arc<Dial>, hear: Hear) -> Self {
        let node = |place| Arc::new(Node::new(place, &dial, Arc::clone(&hear)));
        let seeds: Vec<_> = places.into_iter().map(node).collect();
        let alone = seeds.first().filter(|_| !clustered);
        let parts = alone.map(|node| (0, SLOTS - 1, Arc::clone(node))).into_iter().collect();
        let (map, refreshed) = (RwLock::new(Arc::new(Map { parts })), Mutex::default());
        let (unsure, changed) = (Notify::new(), Notify::new());
        Self { seeds, clustered, replicas, dial, hear, map, refreshed, unsure, changed }
    }

    /// Carries out a script where its mailbox is.
    pub async fn run(&self, call: Call) -> Result<Vec<Value>, Error> {
        self.route(call, false).await
    }

    /// Carries out an append: answered when as many replicas have it as are asked for.
    pub async fn append(&self, call: Call) -> Result<Vec<Value>, Error> {
        self.route(call, self.replicas > 0).await
    }

    async fn route(&self, call: Call, waits: bool) -> Result<Vec<Value>, Error> {
        let call = Arc::new(call);
        let attempts = async {
            let first = self.attempt(&call, waits).await;
            if !self.clustered || !matches!(first, Err(Trouble::Moved)) {
                return first;
            }
            self.refresh().await;
            self.attempt(&call, waits).await
        };
        let outcome = timeout(self.dial.patience, attempts).await.unwrap_or(Err(Trouble::Lost));
        if !matches!(outcome, Ok(_) | Err(Trouble::Full)) {
            self.unsure.notify_one();
        }
        match outcome? {
            Value::Array(values) => Ok(values),
            _ => Err(Error::Unavailable),
        }
    }

    async fn attempt(&self, call: &Arc<Call>, waits: bool) -> Result<Value, Trouble> {
        let node = self.node(call.tag.slot())?;
        if !waits {
            return node.run(call).await;
        }
        let (answer, answered) = oneshot::channel();
        let append = Append { call: Arc::clone(call), answer };
        self.lane(&node).send(append).await.map_err(|_| Trouble::Lost)?;
        answered.await.map_err(|_| Trouble::Lost)?
    }

    fn lane<'a>(&self, node: &'a Node) -> &'a mpsc::Sender<Append> {
        node.lane.get_or_init(|| {
            let (sender, queue) = mpsc::channel(LANE);
            let confirmation = Confirmation { replicas: self.replicas, patience: self.dial.patience / 2 };
            tokio::spawn(lane::serve(node.another_line(), confirmation, queue));
            sender
        })
    }

    /// Who has a slot.
    pub fn node(&self, slot: u16) -> Result<Arc<Node>, Trouble> {
        let map = self.map();
        let part = map.parts.iter().find(|(from, to, _)| (*from..=*to).contains(&slot));
        part.map(|(.., node)| Arc::clone(node)).ok_or(Trouble::Lost)
    }

    /// All primaries.
    pub fn nodes(&self) -> Vec<Arc<Node>> {
        let mut nodes: Vec<Arc<Node>> = Vec::new();
        for (.., node) in &self.map().parts {
            if !nodes.iter().any(|known| known.place == node.place) {
                nodes.push(Arc::clone(node));
            }
        }
        nodes
    }

    /// Asks who has what, unless somebody just did.
    pub async fn refresh(&self) {
        let mut refreshed = self.refreshed.lock().await;
        if !self.clustered || refreshed.is_some_and(|at| at.elapsed() < REST) {
            return;
        }
        let mut candidates = self.nodes();
        candidates.extend(self.seeds.iter().cloned());
        // Who is known to be there first.
        candidates.sort_by_key(|node| node.talk.current().is_none());
        for node in candidates {
            if let Ok(parts) = self.ask(&node).await {
                self.install(parts);
                break;
            }
        }
        *refreshed = Some(Instant::now());
    }

    async fn ask(&self, node: &Node) -> Result<Vec<(u16, u16, Place)>, Trouble> {
        let live = node.talk.connection().await?;
        let answer = timeout(self.dial.patience / 4, live.ask(redis::cmd("CLUSTER").arg("SLOTS"))).await;
        let Ok(Ok(Value::Array(parts))) = answer else { return Err(Trouble::Lost) };
        let parts: Option<Vec<_>> = parts.iter().map(|part| read_part(part, &node.place)).collect();
        parts.filter(|parts| !parts.is_empty()).ok_or(Trouble::Refused)
    }

    fn install(&self, parts: Vec<(u16, u16, Place)>) {
        let mut known = self.nodes();
        known.extend(self.seeds.iter().cloned());
        let mut node = |place: Place| {
            if let Some(node) = known.iter().find(|node| node.place == place) {
                return Arc::clone(node);
            }
            let node = Arc::new(Node::new(place, &self.dial, Arc::clone(&self.hear)));
            known.push(Arc::clone(&node));
            node
        };
        let mut parts: Vec<_> = parts.into_iter().map(|(from, to, place)| (from, to, node(place))).collect();
        parts.sort_by_key(|(from, ..)| *from);
        let same = |(old, new): (&Part, &Part)| (old.0, old.1) == (new.0, new.1) && Arc::ptr_eq(&old.2, &new.2);
        let former = self.map();
        if former.parts.len() != parts.len() || !former.parts.iter().zip(&parts).all(same) {
            *self.map.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Map { parts });
            self.changed.notify_one();
        }
    }

    fn map(&self) -> Arc<Map> {
        Arc::clone(&self.map.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One entry of `CLUSTER SLOTS`: from, to, the primary, the replicas. A server without a name is the one that was asked.
fn read_part(part: &Value, asked: &Place) -> Option<(u16, u16, Place)> {
    let Value::Array(part) = part else { return None };
    let [Value::Int(from), Value::Int(to), Value::Array(primary), ..] = part.as_slice() else { return None };
    let [host, Value::Int(port), ..] = primary.as_slice() else { return None };
    let host = text(host).filter(|host| !host.is_empty()).unwrap_or(&asked.host).to_owned();
    Some((u16::try_from(*from).ok()?, u16::try_from(*to).ok()?, Place { host, port: u16::try_from(*port).ok()? }))
}

/// Appends that may queue at one server.
const LANE: usize = 1024;
/// How long a map is new.
const REST: Duration = Duration::from_millis(100);
