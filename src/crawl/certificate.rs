//! TLS for an auditor: a page behind a faulty certificate is read all the same, and what is wrong with the certificate is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Certificate problems by host: `expired`, `not-yet-valid`, `wrong-name`, `unknown-issuer`, `revoked`, `invalid`; and
/// `old-tls` where the host speaks no TLS of today.
#[derive(Debug, Default)]
pub(super) struct CertificateLog(Mutex<BTreeMap<String, BTreeSet<&'static str>>>);

impl CertificateLog {
    pub(super) fn found(&self) -> BTreeMap<String, BTreeSet<&'static str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note(&self, host: &str, problems: &BTreeSet<&'static str>) {
        if !problems.is_empty() {
            let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            log.entry(host.to_owned()).or_default().extend(problems);
        }
    }
}

/// A client configuration with our verifier, and the log that it writes to.
pub(super) fn tls_config() -> Result<(ClientConfig, Arc<CertificateLog>), Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|fault| Error::General(fault.to_string()))?;
    let log = Arc::new(CertificateLog::default());
    let verifier = Recorder { inner, log: Arc::clone(&log), provider: Arc::clone(&provider) };
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
        problems
    }
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
        self.log.note(&server_name.to_str(), &problems);
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
        let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
        let recorder = Recorder { inner, log: Arc::default(), provider };
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
}
