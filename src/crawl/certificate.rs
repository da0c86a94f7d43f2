//! TLS for an auditor: a page behind a faulty certificate is read all the same, and what is wrong with the certificate is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_parser::prelude::{ASN1Time, AttributeTypeAndValue, FromDer, X509Certificate};

const BEIJING: TimeZone = TimeZone::fixed(Offset::constant(8));
/// A shorter name of an organisation might stand in another's by chance.
const ORGANISATION_BYTES_MIN: usize = 4;

/// What the certificates of one host were like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HostCertificate {
    /// `expired`, `not-yet-valid`, `wrong-name`, `incomplete-chain`, `unknown-issuer`, `revoked`, `invalid`; and `old-tls` or
    /// `weak-tls` where the host speaks no TLS of today.
    pub(super) problems: BTreeSet<&'static str>,
    /// First and last day, Beijing time; of several certificates the latest and the earliest.
    pub(super) validity: Option<(Date, Date)>,
}

/// Certificates by host.
#[derive(Debug, Default)]
pub(super) struct CertificateLog(Mutex<BTreeMap<String, HostCertificate>>);

impl CertificateLog {
    pub(super) fn found(&self) -> BTreeMap<String, HostCertificate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note(&self, host: &str, problems: &BTreeSet<&'static str>, leaf: Option<&[u8]>) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = log.entry(host.to_owned()).or_default();
        known.problems.extend(problems);
        if let Some((from, until)) = leaf.and_then(validity) {
            known.validity = match known.validity {
                Some((earlier, later)) => Some((from.max(earlier), until.min(later))),
                None => Some((from, until)),
            };
        }
    }
}

/// First and last day of a certificate, Beijing time.
fn validity(der: &[u8]) -> Option<(Date, Date)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let day = |at: ASN1Time| Some(Timestamp::from_second(at.timestamp()).ok()?.to_zoned(BEIJING).date());
    Some((day(certificate.validity().not_before)?, day(certificate.validity().not_after)?))
}

/// Authorities of a PEM file that are trusted beside the public ones.
///
/// # Errors
/// What is wrong with the file.
pub fn authorities(pem: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let certificates: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(pem).map(|each| each.map(|certificate| certificate.to_vec())).collect();
    let certificates = certificates.map_err(|fault| fault.to_string())?;
    if certificates.is_empty() {
        return Err("no certificate".to_owned());
    }
    roots(&certificates).map_err(|fault| fault.to_string())?;
    Ok(certificates)
}

fn roots(own: &[Vec<u8>]) -> Result<RootCertStore, Error> {
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    for authority in own {
        roots.add(CertificateDer::from(authority.as_slice()))?;
    }
    Ok(roots)
}

/// A client configuration with our verifier, and the log that it writes to. `own`: authorities that the user trusts beside the
/// public ones.
pub(super) fn tls_config(own: &[Vec<u8>]) -> Result<(ClientConfig, Arc<CertificateLog>), Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = Arc::new(roots(own)?);
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider))
        .build()
        .map_err(|fault| Error::General(fault.to_string()))?;
    let log = Arc::new(CertificateLog::default());
    let verifier = Recorder { inner, roots, log: Arc::clone(&log), provider: Arc::clone(&provider) };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, log))
}

#[derive(Debug)]
struct Recorder {
    inner: Arc<WebPkiServerVerifier>,
    roots: Arc<RootCertStore>,
    log: Arc<CertificateLog>,
    provider: Arc<CryptoProvider>,
}

impl Recorder {
    /// The library names its first objection only; each is cured in turn and the check made again, so that all are found.
    fn problems(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> BTreeSet<&'static str> {
        let mut problems = BTreeSet::new();
        let mut moment = now;
        for _ in 0..4 {
            let Err(fault) = self.inner.verify_server_cert(leaf, chain, name, &[], moment) else { break };
            let Error::InvalidCertificate(fault) = fault else {
                problems.insert("invalid");
                break;
            };
            match fault {
                CertificateError::ExpiredContext { not_after, .. } if problems.insert("expired") => {
                    moment = UnixTime::since_unix_epoch(Duration::from_secs(not_after.as_secs().saturating_sub(1)));
                }
                CertificateError::NotValidYetContext { not_before, .. } if problems.insert("not-yet-valid") => {
                    moment = UnixTime::since_unix_epoch(Duration::from_secs(not_before.as_secs() + 1));
                }
                other => {
                    problems.insert(key_of(&other));
                    break;
                }
            }
        }
        // the name is looked at by the library only once the chain holds
        let wrong_name =
            ParsedCertificate::try_from(leaf).is_ok_and(|leaf| rustls::client::verify_server_name(&leaf, name).is_err());
        if wrong_name {
            problems.insert("wrong-name");
        }
        if chain.is_empty() && problems.contains("unknown-issuer") && self.is_of_known_authority(leaf) {
            problems.remove("unknown-issuer");
            problems.insert("incomplete-chain");
        }
        problems
    }

    /// The certificate names an issuer of an organisation whose root is trusted here. No authority signs a server's certificate
    /// by its root: what lies between is missing, where it did not come along.
    fn is_of_known_authority(&self, leaf: &CertificateDer<'_>) -> bool {
        let Ok((_, certificate)) = X509Certificate::from_der(leaf) else { return false };
        if certificate.issuer() == certificate.subject() {
            return false;
        }
        let organisation = certificate.issuer().iter_organization().next().map(AttributeTypeAndValue::as_slice);
        organisation
            .filter(|name| name.len() >= ORGANISATION_BYTES_MIN)
            .is_some_and(|name| self.roots.roots.iter().any(|root| holds(&root.subject, name)))
    }
}

/// A string of exactly these bytes stands in a DER value: its length comes before it.
fn holds(der: &[u8], text: &[u8]) -> bool {
    der.windows(text.len() + 1)
        .any(|window| window.split_first().is_some_and(|(length, rest)| usize::from(*length) == text.len() && rest == text))
}

fn key_of(fault: &CertificateError) -> &'static str {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "not-yet-valid",
        CertificateError::UnknownIssuer => "unknown-issuer",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "wrong-name",
        CertificateError::Revoked => "revoked",
        // a self-signed certificate marked as an authority
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => "unknown-issuer",
        _ => "invalid",
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let problems = self.problems(end_entity, intermediates, server_name, now);
        self.log.note(&server_name.to_str(), &problems, Some(end_entity));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn problems(params: &CertificateParams, name: &str) -> Vec<&'static str> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = Arc::new(roots(&[]).unwrap());
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider)).build().unwrap();
        let recorder = Recorder { inner, roots, log: Arc::default(), provider };
        let cert = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_795_500_001));
        recorder.problems(cert.der(), &[], &ServerName::try_from(name).unwrap(), now).into_iter().collect()
    }

    fn params(from: i32, to: i32) -> CertificateParams {
        let mut params = CertificateParams::new(vec!["gxt.example.gov.cn".to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        params
    }

    #[test]
    fn an_expired_self_signed_certificate_has_both_faults() {
        assert_eq!(problems(&params(2020, 2022), "gxt.example.gov.cn"), ["expired", "unknown-issuer"]);
    }

    #[test]
    fn name_and_start_are_told_apart() {
        assert_eq!(problems(&params(2020, 2040), "gxt.example.gov.cn"), ["unknown-issuer"]);
        assert_eq!(problems(&params(2020, 2040), "jxj.example.gov.cn"), ["unknown-issuer", "wrong-name"]);
        assert_eq!(problems(&params(2030, 2040), "gxt.example.gov.cn"), ["not-yet-valid", "unknown-issuer"]);
    }

    #[test]
    fn of_several_certificates_of_a_host_the_one_that_ends_first_is_kept() {
        let log = CertificateLog::default();
        for params in [params(2020, 2030), params(2021, 2028), params(2019, 2031)] {
            let cert = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
            log.note("gxt.example.gov.cn", &BTreeSet::new(), Some(cert.der()));
        }
        let day = |year| jiff::civil::date(year, 1, 1);
        assert_eq!(log.found()["gxt.example.gov.cn"].validity, Some((day(2021), day(2028))));
    }

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        assert!(authorities(b"").is_err() && authorities(b"-----BEGIN CERTIFICATE-----\nx").is_err());
    }
}
