import { type TokenPattern, token, weakToken } from "../token-pattern.ts";

const SK_HEX = [..."0123456789abcdef"].map((digit) => `sk${digit}`);

/** Payments, shops, mail and text messages. */
export const moneyAndMail: readonly TokenPattern[] = [
  token(
    "stripe key",
    ["sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"],
    /[rs]k_(?:live|test|prod)_[A-Za-z0-9]{16,255}/y,
  ),
  token("stripe webhook secret", ["whsec_"], /whsec_[A-Za-z0-9+/]{24,90}={0,2}/y),
  token(
    "shopify token",
    ["shpat_", "shpca_", "shppa_", "shpss_", "shptka_", "shpua_"],
    /shp(?:at|ca|pa|ss|tka|ua)_[A-Fa-f0-9]{30,64}/y,
  ),
  token("square token", ["sq0atp-", "sq0csp-", "sq0idb-"], /sq0(?:atp|csp|idb)-[A-Za-z0-9_-]{20,60}/y),
  token("square token", ["eaaa"], /EAAA[A-Za-z0-9_-]{56,64}(?![A-Za-z0-9_-])/y),
  token(
    "paypal token",
    ["access_token$"],
    /access_token\$(?:production|sandbox)\$[a-z0-9]{12,20}\$[a-f0-9]{30,40}/y,
  ),
  token(
    "plaid token",
    ["access-sandbox-", "access-development-", "access-production-"],
    /access-(?:sandbox|development|production)-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}/y,
  ),
  token("flutterwave key", ["flwseck"], /FLWSECK(?:_TEST)?-[A-Za-z0-9-]{12,60}/y),
  token("razorpay key", ["rzp_live_", "rzp_test_"], /rzp_(?:live|test)_[A-Za-z0-9]{14,24}/y),
  weakToken("adyen key", ["aqe"], /AQE[a-z][A-Za-z0-9+/=-]{70,200}/y),
  token("easypost key", ["ezak", "eztk"], /EZ[AT]K[A-Za-z0-9]{50,60}/y),
  token("shippo token", ["shippo_live_", "shippo_test_"], /shippo_(?:live|test)_[a-f0-9]{36,50}/y),
  token("duffel token", ["duffel_live_", "duffel_test_"], /duffel_(?:live|test)_[A-Za-z0-9_=-]{40,50}/y),
  weakToken("gocardless token", ["live_"], /live_[A-Za-z0-9_=-]{38,44}(?![A-Za-z0-9_=-])/y),
  token("lemonsqueezy key", ["lmsq_"], /lmsq_[A-Za-z0-9_-]{24,90}/y),
  weakToken("paddle key", ["pdl_"], /pdl_(?:live|sdbx|ntfset)_[A-Za-z0-9_]{24,120}/y),
  weakToken("polar token", ["polar_"], /polar_(?:oat|pat|whs|at_u|at_o|rt_u|rt_o)_[A-Za-z0-9]{24,90}/y),
  token("sendgrid key", ["sg."], /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}/y),
  token("mailgun key", ["key-"], /key-[a-f0-9]{32}(?![A-Za-z0-9])/y),
  token("mailchimp key", ["-us"], /[a-f0-9]{32}-us[0-9]{1,2}(?![A-Za-z0-9])/y, { offsets: [32] }),
  token("brevo key", ["xkeysib-", "xsmtpsib-"], /x(?:keysib|smtpsib)-[a-f0-9]{60,70}-[A-Za-z0-9]{12,20}/y),
  token("mandrill key", ["md-"], /md-[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])/y, { isWeak: true }),
  weakToken("resend key", ["re_"], /re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,40}/y),
  token("mailersend key", ["mlsn."], /mlsn\.[a-f0-9]{50,70}/y),
  token("posthog key", ["phx_", "phs_"], /ph[xs]_[A-Za-z0-9]{30,60}/y),
  token("twilio key", SK_HEX, /SK[a-f0-9]{32}(?![A-Za-z0-9])/y),
  weakToken("courier key", ["pk_prod_"], /pk_prod_[A-Z0-9]{24,40}/y),
  token("klaviyo key", ["pk_"], /pk_[a-f0-9]{34}(?![A-Za-z0-9])/y),
];
