//! Which network addresses may be spoken to, and what a host name means. A name check alone is no guard: literals never reach
//! a resolver, and a public name may lead to a private address.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

use super::Network;

/// Not reachable from the public network, or not meant to be asked (IANA special-purpose registries, RFC 6890 and later).
const REFUSED_V4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

const REFUSED_V6: &[&str] =
    &["::/128", "::1/128", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"];

static NETS_V4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| nets(REFUSED_V4));
static NETS_V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| nets(REFUSED_V6));

fn nets<T: FromStr>(texts: &[&str]) -> Vec<T>
where
    T::Err: fmt::Debug,
{
    texts.iter().map(|text| text.parse().expect("the table holds networks in CIDR form")).collect()
}

/// Why a host is not spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Loopback, private, link-local or otherwise not public, and not allowed.
    Private,
    /// The name does not resolve (or must not, in an offline run).
    Unknown(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private => f.write_str("a private address is not requested"),
            Self::Unknown(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refusal {}

/// Whether an address is not public, in whatever form it is wrapped (IPv4-mapped and -compatible, NAT64, 6to4, Teredo).
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => NETS_V4.iter().any(|net| net.contains(&v4)),
        IpAddr::V6(v6) => {
            NETS_V6.iter().any(|net| net.contains(&v6)) || inner_v4(v6).is_some_and(|v4| is_private(IpAddr::V4(v4)))
        }
    }
}

/// The IPv4 address that an IPv6 address leads to.
fn inner_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        // ::ffff:a.b.c.d (mapped), ::a.b.c.d (compatible, deprecated), ::ffff:0:a.b.c.d (translated)
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low]
        // 64:ff9b::/96 and 64:ff9b:1::/48 (NAT64)
        | [0x64, 0xff9b, 0 | 1, .., high, low]
        // 2002::/16 (6to4)
        | [0x2002, high, low, ..] => Some(join(high, low)),
        // 2001:0::/32 (Teredo): the client's address, inverted
        [0x2001, 0, .., high, low] => Some(join(!high, !low)),
        _ => None,
    }
}

/// The check before a request: an address literal in the URL, in any spelling (the `url` crate has normalised it).
pub(super) fn check_literal(url: &Url, network: &Network) -> Result<(), Refusal> {
    let address = match url.host() {
        Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
        Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        _ => return Ok(()),
    };
    match (is_private(address), network.allow_private) {
        (true, false) => Err(Refusal::Private),
        (false, _) if network.offline => Err(Refusal::Unknown("offline: only named hosts are requested".into())),
        _ => Ok(()),
    }
}

/// The address that a host name is, if it is one.
pub(super) fn literal(name: &str) -> Option<IpAddr> {
    name.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Of the addresses those of the family that would not be tried first; all of them where there is one family only.
pub(super) fn other_family(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let other: Vec<SocketAddr> = found.iter().copied().filter(|address| address.is_ipv6() != first_is_v6).collect();
    if other.is_empty() { found } else { other }
}

fn is_v6_of_its_own(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if inner_v4(v6).is_none())
}

/// How long an answer of the resolver is believed, and how many are kept.
const NAME_KEPT: Duration = Duration::from_mins(5);
const NAMES_MAX: usize = 10_000;

/// Names to addresses, private ones left out; answers are kept for a while.
#[derive(Debug)]
pub(super) struct Resolver {
    network: Network,
    kept: Mutex<BTreeMap<String, (Instant, Vec<SocketAddr>)>>,
}

impl Resolver {
    pub(super) fn new(network: Network) -> Self {
        Self { network, kept: Mutex::default() }
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// What a name resolves to: the user's own table first, then the system's resolver, private answers left out.
    pub(super) async fn lookup(&self, host: &str) -> Result<Vec<SocketAddr>, Refusal> {
        if let Some(address) = self.network.resolve.get(host) {
            return Ok(vec![*address]);
        }
        if self.network.offline {
            return Err(Refusal::Unknown("offline: the name is not in the table of hosts".into()));
        }
        if let Some(known) = self.known(host) {
            return Ok(known);
        }
        let found: Vec<SocketAddr> =
            tokio::net::lookup_host((host, 0)).await.map_err(|fault| Refusal::Unknown(fault.to_string()))?.collect();
        let found = public_only(found, self.network.allow_private)?;
        self.keep(host, &found);
        Ok(found)
    }

    /// The address under which a host shares its pace with others: the least of its addresses, whichever is used.
    pub(super) async fn shared_address(&self, host: &str) -> Option<IpAddr> {
        self.lookup(host).await.ok()?.iter().map(SocketAddr::ip).min()
    }

    /// Whether a name has an address of version 6 that is its own, as far as it was looked up; a translator's (DNS64) is none.
    pub(super) fn has_v6(&self, host: &str) -> Option<bool> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, found) = kept.get(host)?;
        Some(found.iter().any(|address| is_v6_of_its_own(address.ip())))
    }

    fn known(&self, host: &str) -> Option<Vec<SocketAddr>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(host).filter(|(since, _)| since.elapsed() < NAME_KEPT).map(|(_, found)| found.clone())
    }

    fn keep(&self, host: &str, found: &[SocketAddr]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < NAMES_MAX || kept.contains_key(host) {
            kept.insert(host.to_owned(), (Instant::now(), found.to_vec()));
        }
    }
}

fn public_only(found: Vec<SocketAddr>, allow_private: bool) -> Result<Vec<SocketAddr>, Refusal> {
    if found.is_empty() {
        return Err(Refusal::Unknown("the name has no address".into()));
    }
    let kept: Vec<SocketAddr> = found.into_iter().filter(|address| allow_private || !is_private(address.ip())).collect();
    if kept.is_empty() { Err(Refusal::Private) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_own_address_of_version_6_counts_and_a_name_that_was_not_looked_up_is_unknown() {
        let resolver = Resolver::new(Network::default());
        let address = |text: &str| SocketAddr::new(text.parse().unwrap(), 0);
        resolver.keep("a.gov.cn", &[address("218.76.40.1"), address("240e:44:1::1")]);
        resolver.keep("b.gov.cn", &[address("218.76.40.1"), address("64:ff9b::da4c:2801")]);
        assert_eq!(
            (resolver.has_v6("a.gov.cn"), resolver.has_v6("b.gov.cn"), resolver.has_v6("c.gov.cn")),
            (Some(true), Some(false), None)
        );
    }

    fn literal(url: &str, network: &Network) -> Result<(), Refusal> {
        check_literal(&Url::parse(url).unwrap(), network)
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        let network = Network::default();
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://0x7f.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://017700000001/",
            "http://0/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[64:ff9b:1::10.0.0.1]/",
            "http://[2002:c0a8:101::1]/",
            "http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/",
            "http://100.64.0.1/",
        ] {
            assert_eq!(literal(url, &network), Err(Refusal::Private), "{url}");
        }
    }

    #[test]
    fn public_addresses_and_allowed_private_ones_pass() {
        let network = Network::default();
        for url in ["http://8.8.8.8/", "http://172.32.0.1/", "http://[2400:3200::1]/", "http://gxt.example.gov.cn/"] {
            assert_eq!(literal(url, &network), Ok(()), "{url}");
        }
        let allowed = Network { allow_private: true, ..Network::default() };
        assert_eq!(literal("http://127.0.0.1:8080/", &allowed), Ok(()));
    }

    #[test]
    fn offline_leaves_no_public_literal() {
        let network = Network { offline: true, allow_private: true, ..Network::default() };
        assert!(matches!(literal("http://8.8.8.8/", &network), Err(Refusal::Unknown(_))));
        assert_eq!(literal("http://127.0.0.1/", &network), Ok(()));
    }

    #[test]
    fn a_public_name_with_a_private_answer_keeps_only_its_public_ones() {
        let both = vec!["10.0.0.1:0".parse().unwrap(), "8.8.8.8:0".parse().unwrap()];
        assert_eq!(public_only(both, false).unwrap(), vec!["8.8.8.8:0".parse().unwrap()]);
        assert_eq!(public_only(vec!["127.0.0.1:0".parse().unwrap()], false), Err(Refusal::Private));
    }

    #[tokio::test]
    async fn named_hosts_come_from_the_table_and_offline_knows_no_other() {
        let address: SocketAddr = "127.0.0.1:8099".parse().unwrap();
        let network = Network {
            offline: true,
            resolve: [("gxt.example.gov.cn".to_owned(), address)].into_iter().collect(),
            ..Network::default()
        };
        let resolver = Resolver::new(network);
        assert_eq!(resolver.lookup("gxt.example.gov.cn").await, Ok(vec![address]));
        assert!(matches!(resolver.lookup("www.example.gov.cn").await, Err(Refusal::Unknown(_))));
    }

    #[test]
    fn a_second_try_goes_to_the_other_family_where_there_is_one() {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let both = parse(&["[2400:3200::1]:0", "8.8.8.8:0", "[2400:3200::2]:0"]);
        assert_eq!(other_family(both), parse(&["8.8.8.8:0"]));
        assert_eq!(other_family(parse(&["8.8.8.8:0", "[2400:3200::1]:0"])), parse(&["[2400:3200::1]:0"]));
        assert_eq!(other_family(parse(&["8.8.8.8:0", "9.9.9.9:0"])), parse(&["8.8.8.8:0", "9.9.9.9:0"]));
        assert_eq!(other_family(Vec::new()), Vec::new());
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused() {
        let resolver = Resolver::new(Network::default());
        assert_eq!(resolver.lookup("localhost").await, Err(Refusal::Private));
        assert_eq!(resolver.shared_address("localhost").await, None);
    }
}
