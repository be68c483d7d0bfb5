import { type TokenPattern, token, weakToken } from "../token-pattern.ts";

const UUID = "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}";

/** Monitoring, flags, identity, and forms that belong to no one provider. */
export const watching: readonly TokenPattern[] = [
  token(
    "json web token",
    ["eyj"],
    /eyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,1000}(?:\.[A-Za-z0-9_-]{8,1000}){0,2}/y,
  ),
  token("grafana token", ["glsa_"], /glsa_[A-Za-z0-9]{28,40}_[A-Fa-f0-9]{8}/y),
  token("grafana token", ["glc_"], /glc_[A-Za-z0-9+/]{32,400}={0,3}/y),
  token("grafana key", ["eyjrijoi"], /eyJrIjoi[A-Za-z0-9]{60,400}={0,3}/y),
  token("new relic key", ["nrak-", "nraa-", "nral-"], /NRA[AKL]-[A-Z0-9]{24,40}/y),
  token(
    "new relic key",
    ["nrii-", "nriq-", "nrsp-", "nrra-", "nrjs-"],
    /NR(?:II|IQ|SP|RA|JS)-[A-Za-z0-9_-]{18,40}/y,
  ),
  token("new relic key", ["nral"], /[a-f0-9]{36}(?:FFFF)?NRAL(?![A-Za-z0-9])/y, { offsets: [36, 40] }),
  token(
    "dynatrace token",
    ["dt0c01.", "dt0s01.", "dt0s02.", "dt0s08."],
    /dt0[a-z]0[0-9]\.[A-Z0-9]{8,24}\.[A-Z0-9]{50,70}/y,
  ),
  token("sentry token", ["sntrys_"], /sntrys_[A-Za-z0-9+/=_-]{60,400}/y),
  token("sentry token", ["sntryu_", "sntrya_", "sntryi_"], /sntry[uai]_[a-f0-9]{50,70}/y),
  token("datadog key", ["ddapp_", "ddpub_"], /ddapp_[A-Za-z0-9]{30,50}/y),
  token(
    "honeycomb key",
    ["hcaik_", "hcbik_", "hcxik_", "hcalk_", "hcamk_"],
    /hc[a-z](?:ik|lk|mk)_[a-z0-9]{40,70}/y,
  ),
  token("axiom token", ["xaat-", "xapt-", "xait-"], new RegExp(`xa[api]t-${UUID}`, "y")),
  token("logfire token", ["pylf_v"], /pylf_v[0-9]_[a-z]{2}_[A-Za-z0-9]{40,60}/y),
  token(
    "launchdarkly key",
    ["sdk-", "api-", "rel-"],
    new RegExp(`(?:sdk|api|rel)-${UUID}(?![A-Za-z0-9])`, "y"),
  ),
  weakToken("flagsmith key", ["ser."], /ser\.[A-Za-z0-9]{20,30}(?![A-Za-z0-9])/y),
  weakToken("statsig key", ["secret-"], /secret-[A-Za-z0-9]{40,50}(?![A-Za-z0-9])/y),
  weakToken("workos key", ["sk_"], /sk_(?:live_|test_)?[A-Za-z0-9]{50,120}/y),
  token("stytch secret", ["secret-live-", "secret-test-"], /secret-(?:live|test)-[A-Za-z0-9_=-]{30,60}/y),
  token(
    "sidekiq key",
    ["contribsys.com"],
    /([a-f0-9]{8}:[a-f0-9]{8})@(?:gems|enterprise)\.contribsys\.com/y,
    { offsets: [23, 29] },
  ),
  token(
    "private key",
    ["ls0tls1crudjti"],
    /LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURSBLRVkt|BQUklWQVRFIEtFWS0t|BFQyBQUklWQVRFIEtFWS0t|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQgUFJJVkFURSBLRVkt|BEU0EgUFJJVkFURSBLRVkt)[A-Za-z0-9+/=]{40,4000}/y,
  ),
  token("wallet key", ["xprv", "yprv", "zprv", "tprv"], /[xyzt]prv[1-9A-HJ-NP-Za-km-z]{90,120}/y),
  token("nostr key", ["nsec1"], /nsec1[02-9ac-hj-np-z]{54,62}/y),
  token("totp secret", ["otpauth://"], /otpauth:\/\/[^\s"'<>]{0,300}[?&]secret=([A-Za-z2-7]{12,128})/y),
];
