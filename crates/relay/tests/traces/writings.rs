//! Every way in which a secret or an address could have been written down.

use std::net::{IpAddr, SocketAddr};

/// Every way in which these bytes could have been written down, a part of them enough.
pub fn writings(bytes: &[u8; 32]) -> Vec<String> {
    const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let grouped = |bytes: &[u8], bits: usize, alphabet: &[u8]| -> String {
        let bit = |at: usize| usize::from(bytes[at / 8] >> (7 - at % 8) & 1);
        let group = |from: usize| (from..from + bits).fold(0, |value, at| value << 1 | bit(at));
        (0..bytes.len() * 8 / bits).map(|at| char::from(alphabet[group(at * bits)])).collect()
    };
    let mut all = Vec::new();
    for part in bytes.windows(6) {
        all.push(hex::encode(part));
        all.push(part.iter().map(u8::to_string).collect::<Vec<_>>().join(", "));
    }
    for part in bytes.windows(10) {
        all.push(grouped(part, 5, BASE32));
    }
    for part in bytes.windows(9) {
        all.push(grouped(part, 6, BASE64));
        all.push(grouped(part, 6, BASE64).replace('+', "-").replace('/', "_"));
    }
    all.into_iter().map(|text| text.to_ascii_lowercase()).collect()
}

/// Every way in which a client's place could have been written down: its address whole, its network, its port by name.
pub fn addresses(places: &[SocketAddr]) -> Vec<String> {
    let each = |place: &SocketAddr| {
        let IpAddr::V4(ip) = place.ip() else { return Vec::new() };
        let ([a, b, c, d], port) = (ip.octets(), place.port());
        vec![
            format!("{a}.{b}.{c}."),
            format!("{a}, {b}, {c}"),
            format!("{a:02x}{b:02x}{c:02x}"),
            format!("{a:x}{b:02x}:{c:x}{d:02x}"),
            u32::from(ip).to_string(),
            u32::from(ip).swap_bytes().to_string(),
            format!(":{port}"),
            format!("port {port}"),
            format!("port={port}"),
            format!("port: {port}"),
        ]
    };
    places.iter().flat_map(each).collect()
}

/// Parts of secrets and addresses as they are, in the bytes of a file.
pub fn raw(secrets: &[[u8; 32]], places: &[SocketAddr], bytes: &[u8]) -> Vec<String> {
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let parts = secrets.iter().flat_map(|secret| secret.chunks(6).filter(|part| part.len() == 6)).map(<[u8]>::to_vec);
    let ips = places.iter().filter_map(|place| match place.ip() {
        IpAddr::V4(ip) => Some(ip.octets().to_vec()),
        IpAddr::V6(_) => None,
    });
    parts.chain(ips).filter(|part| has(part)).map(hex::encode).collect()
}

#[test]
fn the_search_finds_what_is_there() {
    let bytes = [0xfb, 0xef, 0xbe, 1, 2, 3, 4, 5, 6, 7, 8, 9].repeat(3)[..32].try_into().unwrap();
    let written = writings(&bytes);
    for text in ["fbefbe010203", "251, 239, 190, 1, 2, 3", "++++aqid", "----aqid", "7px34aic"] {
        assert!(written.iter().any(|writing| writing.starts_with(text)), "{text}");
    }
}
