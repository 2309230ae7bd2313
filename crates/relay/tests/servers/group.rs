//! A cluster of our own: three primaries, each with a replica.

use std::time::Duration;

use tokio::time::sleep;

use super::Server;

/// Six servers.
pub struct Group {
    pub servers: Vec<Server>,
}

impl Group {
    /// Starts them and joins them together. A server that says nothing for a second is taken for dead.
    pub async fn start() -> Self {
        const OPTIONS: &[&str] = &[
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "1000",
            "--repl-diskless-sync-delay",
            "0",
            "--repl-ping-replica-period",
            "1",
        ];
        let mut servers = Vec::new();
        for _ in 0..6 {
            servers.push(Server::start(OPTIONS).await);
        }
        let places: Vec<String> = servers.iter().map(Server::place).collect();
        let mut create = vec!["--cluster", "create"];
        create.extend(places.iter().map(String::as_str));
        create.extend(["--cluster-replicas", "1", "--cluster-yes"]);
        let made = servers[0].cli(&create).await.expect("redis-cli makes a cluster");
        let group = Self { servers };
        assert!(made.contains("All 16384 slots covered"), "{made}");
        group.until(async |group| group.is_whole().await).await;
        group
    }

    pub fn places(&self) -> Vec<String> {
        self.servers.iter().map(Server::place).collect()
    }

    /// The ports of those that have slots and that nobody takes for dead, as the first server that answers sees it.
    pub async fn primaries(&self) -> Vec<u16> {
        for server in &self.servers {
            if let Some(nodes) = server.cli(&["CLUSTER", "NODES"]).await {
                return nodes.lines().filter_map(primary).collect();
            }
        }
        Vec::new()
    }

    /// The index of the replica of the primary at a port.
    pub async fn replica_of(&self, port: u16) -> usize {
        let nodes = self.servers[0].cli(&["CLUSTER", "NODES"]).await.expect("an answer");
        let primary = nodes.lines().find(|line| primary(line) == Some(port)).expect("a primary");
        let id = primary.split(' ').next();
        let replica = nodes.lines().find(|line| line.split(' ').nth(3) == id).expect("its replica");
        self.at(place(replica).expect("its place"))
    }

    /// The index of the server at a port.
    pub fn at(&self, port: u16) -> usize {
        self.servers.iter().position(|server| server.port == port).expect("one of ours")
    }

    /// Whether all agree that all is well, and each primary has its replica.
    pub async fn is_whole(&self) -> bool {
        let mut replicas = 0;
        for server in &self.servers {
            let state = server.cli(&["CLUSTER", "INFO"]).await.unwrap_or_default();
            let replication = server.cli(&["INFO", "replication"]).await.unwrap_or_default();
            if !state.contains("cluster_state:ok") {
                return false;
            }
            replicas += usize::from(replication.contains("master_link_status:up"));
        }
        replicas == 3 && self.primaries().await.len() == 3
    }

    pub async fn until(&self, reached: impl AsyncFn(&Self) -> bool) {
        for _ in 0..600 {
            if reached(self).await {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the cluster does not come to it: {:?}", self.servers[0].cli(&["CLUSTER", "NODES"]).await);
    }
}

/// The port of a line of `CLUSTER NODES` if it is a primary that has slots.
fn primary(line: &str) -> Option<u16> {
    let fields: Vec<_> = line.split(' ').collect();
    let flags: Vec<_> = fields.get(2)?.split(',').collect();
    let dead = flags.iter().any(|flag| flag.starts_with("fail"));
    (flags.contains(&"master") && !dead && fields.len() > 8).then(|| place(line))?
}

fn place(line: &str) -> Option<u16> {
    line.split(' ').nth(1)?.split('@').next()?.rsplit(':').next()?.parse().ok()
}
