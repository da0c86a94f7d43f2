//! Certificates of the TLS tests: an authority that the tests' crawls trust, and what servers show that it signed or did not.

use std::sync::{Arc, OnceLock};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde::Deserialize;

/// The certificate of a server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// The name that it is for.
    pub(crate) name: String,
    /// Its last day.
    pub(crate) until: jiff::civil::Date,
    #[serde(default)]
    pub(crate) chain: Chain,
}

/// Who signed it, and what comes along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Chain {
    /// By itself.
    #[default]
    SelfSigned,
    /// By an intermediate of the trusted authority, which is sent.
    Whole,
    /// By the same, which is not sent.
    LeafOnly,
    /// By an intermediate of an authority of a unit's own, which is not sent.
    InHouse,
}

struct Authority {
    root: CertificateDer<'static>,
    intermediate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

fn of_authority(organisation: &str, name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2099, 1, 1);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::OrganizationName, organisation);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn authority_of(organisation: &str) -> Authority {
    let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let root_params = of_authority(organisation, "Root");
    let root = root_params.self_signed(&root_key).unwrap();
    let root_issuer = Issuer::new(root_params, root_key);
    let params = of_authority(organisation, "OV TLS CA");
    let intermediate = params.signed_by(&key, &root_issuer).unwrap();
    Authority { root: root.der().clone(), intermediate: intermediate.der().clone(), issuer: Issuer::new(params, key) }
}

fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| authority_of("Example Trust Services"))
}

/// The authority that every test crawl trusts, as `Network::authorities` takes it.
pub(crate) fn trusted() -> Vec<u8> {
    authority().root.to_vec()
}

pub(crate) fn server(tls: &Tls) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(vec![tls.name.clone()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    // the first hour of the day; still that day in Beijing
    let until = tls.until;
    params.not_after = date_time_ymd(until.year().into(), until.month().unsigned_abs(), until.day().unsigned_abs());
    let key = KeyPair::generate().unwrap();
    let chain = match tls.chain {
        Chain::SelfSigned => vec![params.self_signed(&key).unwrap().der().clone()],
        Chain::Whole => {
            let leaf = params.signed_by(&key, &authority().issuer).unwrap();
            vec![leaf.der().clone(), authority().intermediate.clone()]
        }
        Chain::LeafOnly => vec![params.signed_by(&key, &authority().issuer).unwrap().der().clone()],
        Chain::InHouse => vec![params.signed_by(&key, &authority_of("Some Unit").issuer).unwrap().der().clone()],
    };
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    Arc::new(config)
}
