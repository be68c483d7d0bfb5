import { type TokenPattern, token } from "../token-pattern.ts";

const DIGIT_Q = Array.from({ length: 10 }, (_, digit) => `${digit}q~`);

/** Providers of machines, storage, databases and networks. */
export const clouds: readonly TokenPattern[] = [
  token(
    "aws access key",
    ["akia", "asia", "abia", "acca"],
    /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/y,
  ),
  // The two halves side by side, as in the file that the console lets one download.
  token(
    "aws secret key",
    ["akia", "asia"],
    /A[KS]IA[A-Z0-9]{16}["']?[ \t]{0,4}[,:;|\t ][ \t]{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/y,
  ),
  token("aiven token", ["avns_"], /AVNS_[A-Za-z0-9_-]{15,40}/y),
  // The first mark of a private key in base64, as in the files of clusters.
  token(
    "private key",
    ["ls0tls1crudjti"],
    /LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFWS|BSU0EgUFJJVkFURSBLRVkt|BFQyBQUklWQVRFIEtFWS|BPUEVOU1NIIFBSSVZBVEUgS0VZ|BFTkNSWVBURUQgUFJJVkFURSBLRVkt)[A-Za-z0-9+/=_-]{0,16000}/y,
  ),
  token("aws bedrock key", ["absk"], /ABSK[A-Za-z0-9+/]{100,300}={0,2}/y),
  token("aws bedrock key", ["bedrock-api-key-"], /bedrock-api-key-[A-Za-z0-9+/=_-]{20,2000}/y),
  token("google api key", ["aiza"], /AIza[A-Za-z0-9_-]{30,45}/y),
  token("google token", ["ya29."], /ya29\.[A-Za-z0-9_-]{20,500}/y),
  token("google refresh token", ["1//"], /1\/\/0[A-Za-z0-9_-]{30,200}/y),
  token("google client secret", ["gocspx-"], /GOCSPX-[A-Za-z0-9_-]{24,40}/y),
  token("google token", ["aq.ab"], /AQ\.Ab[A-Za-z0-9_-]{30,200}/y),
  token("firebase key", ["aaaa"], /AAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{120,200}/y),
  token("azure client secret", DIGIT_Q, /[A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{28,40}/y, { offsets: [3] }),
  token("azure devops token", ["azdo"], /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/y, {
    offsets: [76],
  }),
  token("azure key", ["acdb", "acrt"], /[A-Za-z0-9/+]{42,78}(?:ACDb|\+ACR[A-D])[A-Za-z0-9+/]{2,9}={0,2}/y, {
    offsets: [76, 42],
  }),
  token("digitalocean token", ["dop_v1_", "doo_v1_", "dor_v1_"], /do[opr]_v1_[a-f0-9]{50,70}/y),
  token("alibaba key", ["ltai"], /LTAI[A-Za-z0-9]{12,26}(?![A-Za-z0-9])/y),
  token("tencent key", ["akid"], /AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])/y),
  token("yandex key", ["aqvn"], /AQVN[A-Za-z0-9_-]{34,44}/y),
  token("yandex token", ["t1."], /t1\.[A-Za-z0-9_-]{20,400}={0,2}\.[A-Za-z0-9_-]{60,100}={0,2}/y),
  token("yandex token", ["y0_", "y1_", "y2_", "y3_"], /y[0-3]_[A-Za-z0-9_-]{50,100}/y),
  token("ibm token", ["crn:v1:"], /crn:v1:[a-z0-9:_/-]{10,200}:apikey:([A-Za-z0-9_-]{40,50})/y),
  token("heroku key", ["hrku-"], /HRKU-[A-Za-z0-9_-]{32,90}/y),
  token("vercel token", ["vcp_", "vci_", "vca_", "vcr_", "vck_"], /vc[piark]_[A-Za-z0-9]{24,90}/y),
  token("vercel token", ["vercel_blob_rw_"], /vercel_blob_rw_[A-Za-z0-9_]{30,90}/y),
  token("netlify token", ["nfp_", "nfo_", "nfc_", "nfu_", "nfb_"], /nf[pocub]_[A-Za-z0-9_-]{30,60}/y),
  token("fly.io token", ["fo1_"], /fo1_[A-Za-z0-9_-]{30,90}/y),
  token("fly.io token", ["fm1r_", "fm1a_", "fm2_"], /fm(?:1[ar]|2)_[A-Za-z0-9+/_-]{40,500}={0,3}/y),
  token("render key", ["rnd_"], /rnd_[A-Za-z0-9]{24,60}/y, { isWeak: true }),
  token("supabase token", ["sbp_"], /sbp_(?:v0_|oauth_)?[a-f0-9]{36,64}/y),
  token("supabase key", ["sb_secret_"], /sb_secret_[A-Za-z0-9_-]{24,60}/y),
  token(
    "planetscale token",
    ["pscale_tkn_", "pscale_pw_", "pscale_oauth_"],
    /pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._-]{30,90}/y,
  ),
  token("neon key", ["napi_"], /napi_[a-z0-9]{40,90}/y),
  token("databricks token", ["dapi"], /dapi[a-f0-9]{32}(?:-[0-9])?(?![A-Za-z0-9])/y),
  token("databricks token", ["dose", "dkea"], /(?:dose|dkea)[a-f0-9]{32}(?![A-Za-z0-9])/y),
  token("cloudflare key", ["v1.0-"], /v1\.0-[a-f0-9]{24}-[a-f0-9]{140,150}/y),
  token("cloudflare token", ["cfut_", "cfat_", "cfk_"], /cf(?:ut|at|k)_[A-Za-z0-9_-]{36,90}/y),
  token("terraform token", [".atlasv1."], /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{50,90}/y, {
    offsets: [14],
  }),
  token("vault token", ["hvs.", "hvb.", "hvr."], /hv[sbr]\.[A-Za-z0-9_-]{20,300}/y),
  token(
    "doppler token",
    ["dp.st.", "dp.ct.", "dp.pt.", "dp.sa.", "dp.scim.", "dp.audit.", "dp.said."],
    /dp\.(?:st|ct|pt|sa|scim|audit|said)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{36,50}/y,
  ),
  token("pulumi token", ["pul-"], /pul-[a-f0-9]{36,50}/y),
  token("tailscale key", ["tskey-"], /tskey-[A-Za-z]{3,12}-[A-Za-z0-9]{8,24}(?:-[A-Za-z0-9]{16,60})?/y),
  token("openshift token", ["sha256~"], /sha256~[A-Za-z0-9_-]{40,50}/y),
  token("kubeadm token", ["--token "], /--token[ =]([a-z0-9]{6}\.[a-z0-9]{16})(?![A-Za-z0-9])/y),
  token("linode token", ["linode_"], /linode_[a-f0-9]{50,70}/y),
  token("hetzner token", ["hcloud_"], /hcloud_[A-Za-z0-9]{50,70}/y),
  token("scaleway key", ["scw"], /SCW[A-Z0-9]{17}(?![A-Za-z0-9])/y, { isWeak: true }),
  token("cloudinary secret", ["cloudinary://"], /cloudinary:\/\/[0-9]{10,20}:([A-Za-z0-9_-]{20,40})@/y),
  token("upstash token", ["upstash_"], /upstash_[A-Za-z0-9_-]{30,90}/y, { isWeak: true }),
  token("turso token", ["turso_"], /turso_[A-Za-z0-9_-]{30,90}/y, { isWeak: true }),
  token("onepassword token", ["ops_eyj"], /ops_eyJ[A-Za-z0-9_-]{60,1500}={0,2}/y),
  token(
    "onepassword key",
    ["a3-"],
    /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}(?![A-Za-z0-9])/y,
  ),
  token("infisical token", ["st."], /st\.[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}/y),
  token("age key", ["age-secret-key-"], /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{40,90}/y),
  token("teleport token", ["tbot_"], /tbot_[A-Za-z0-9_-]{30,90}/y),
];
