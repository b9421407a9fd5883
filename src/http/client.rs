//! Where a request comes from: the peer, or what a declared proxy says of it.
//!
//! `X-Forwarded-For` and `X-Forwarded-Proto` are written by anybody: they are read only when
//! the peer is one of the proxies that the settings name, and then from the right, up to the
//! last hop that is no proxy of ours.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;

/// Longest list of hops read.
const HOPS_MAX: usize = 20;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Client {
    /// The address, where there is a network.
    pub address: Option<IpAddr>,
    /// Whether the client came over TLS, as far as a declared proxy says.
    pub https: bool,
}

impl Client {
    /// The address, as the log writes it.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }

    /// Reads a request.
    #[must_use]
    pub fn of(request: &Request, proxies: &Proxies) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        Self::read(peer.map(|ConnectInfo(peer)| peer.ip()), request.headers(), proxies)
    }

    fn read(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else { return Self::default() };
        if !proxies.name(peer) {
            return Self { address: Some(peer), https: false };
        }
        let words = |name: &str| -> Vec<String> {
            let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).map(|word| word.trim().to_owned()).collect()
        };
        let mut address = peer;
        for hop in words("x-forwarded-for").iter().rev().take(HOPS_MAX) {
            // What is no address was not written by a proxy of ours: stop at the last sure hop.
            let Some(hop) = ip(hop) else { break };
            address = hop;
            if !proxies.name(hop) {
                break;
            }
        }
        let https =
            words("x-forwarded-proto").last().is_some_and(|p| p.eq_ignore_ascii_case("https"));
        Self { address: Some(address), https }
    }
}

/// An address, with or without a port.
fn ip(text: &str) -> Option<IpAddr> {
    let bare = text.trim_matches(|c| c == '[' || c == ']').parse::<IpAddr>().ok();
    let address = bare.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

/// The proxies believed: addresses, or networks (`10.0.0.0/8`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies(Vec<(IpAddr, u8)>);

impl Proxies {
    /// Reads a list separated by commas or spaces.
    ///
    /// # Errors
    /// The first word that is no address and no network.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        let networks = words.map(|word| network(word).ok_or_else(|| word.to_owned()));
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether no proxy is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn name(&self, address: IpAddr) -> bool {
        self.0.iter().any(|&(network, bits)| within(address, network, bits))
    }
}

fn network(word: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match word.split_once('/') {
        None => (word, None),
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
    };
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(all);
    (bits <= all).then_some((address, bits))
}

fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let shift = |all: u32| all - u32::from(bits);
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            (a.to_bits() ^ n.to_bits()).checked_shr(shift(32)).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            (a.to_bits() ^ n.to_bits()).checked_shr(shift(128)).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn client(peer: &str, proxies: &str, headers: &[(&'static str, &str)]) -> (String, bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let proxies = Proxies::parse(proxies).unwrap();
        let client = Client::read(Some(peer.parse().unwrap()), &map, &proxies);
        (client.shown().unwrap(), client.https)
    }

    #[test]
    fn headers_of_a_stranger_are_never_believed() {
        let forged = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-proto", "https")];
        assert_eq!(client("9.9.9.9", "", &forged), ("9.9.9.9".to_owned(), false));
        assert_eq!(client("9.9.9.9", "10.0.0.1", &forged), ("9.9.9.9".to_owned(), false));
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_of_ours_is_the_client() {
        let seen = |hops: &str| client("10.0.0.1", "10.0.0.0/8", &[("x-forwarded-for", hops)]).0;
        assert_eq!(seen("5.6.7.8"), "5.6.7.8");
        // The left part is what the client itself wrote.
        assert_eq!(seen("1.1.1.1, 5.6.7.8, 10.0.0.2"), "5.6.7.8");
        assert_eq!(seen("5.6.7.8, nonsense"), "10.0.0.1");
        assert_eq!(seen("::ffff:5.6.7.8"), "5.6.7.8");
        assert_eq!(seen("5.6.7.8:4711"), "5.6.7.8");
        assert_eq!(seen("[2001:db8::1]"), "2001:db8::1");
        assert_eq!(seen("10.0.0.3"), "10.0.0.3");
        assert_eq!(seen(""), "10.0.0.1");
        let https = [("x-forwarded-proto", "https")];
        assert_eq!(client("::ffff:10.0.0.1", "10.0.0.1", &https), ("10.0.0.1".to_owned(), true));
    }

    #[test]
    fn networks_are_read_and_others_refused() {
        assert!(Proxies::parse("").unwrap().is_empty());
        assert!(Proxies::parse("127.0.0.1, ::1 10.0.0.0/8 0.0.0.0/0 fd00::/8").is_ok());
        for odd in ["localhost", "10.0.0.0/33", "::1/129", "10.0.0/8", "1.2.3.4/x"] {
            assert_eq!(Proxies::parse(odd), Err(odd.to_owned()));
        }
        let all = Proxies::parse("0.0.0.0/0").unwrap();
        assert!(all.name("8.8.8.8".parse().unwrap()) && !all.name("::1".parse().unwrap()));
    }
}
