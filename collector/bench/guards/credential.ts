/**
 * Credentials as their issuers publish their forms, and the names that documentation gives them. Written from those forms
 * and not from the rules of the guards, so that what the rules miss shows.
 */
import type { Chance } from '../chance.ts'

export interface Credential {
  readonly family: string
  readonly type: string
  /** Names of variables and fields that hold it; the first is the vendor's own. */
  readonly names: readonly string[]
  /** It says by itself what it is: a name that says nothing may hold it. */
  readonly isTelling: boolean
  value(chance: Chance): string
}

/**
 * Family, then a line each: `type | form | names`. In forms `A` letters and digits, `a` small ones, `U` capital ones, `h`
 * hexadecimal, `d` digits, `w` also `-_`, `b` base64, `l` small letters, `Q` those of bech32, each with its count in braces, `{40}` or
 * `{40,60}`; `uuid`. Everything else stands for itself. A type with `!` says nothing without its name.
 */
const table = `
# language models
openai | sk-w{20}T3BlbkFJw{20} | OPENAI_API_KEY openai_key
openai-project | sk-proj-w{58}T3BlbkFJw{58} | OPENAI_API_KEY OPENAI_PROJECT_KEY
openai-service-account | sk-svcacct-w{58}T3BlbkFJw{58} | OPENAI_API_KEY
openai-admin | sk-admin-w{58}T3BlbkFJw{58} | OPENAI_ADMIN_KEY
anthropic | sk-ant-api03-w{93}AA | ANTHROPIC_API_KEY claude_key
anthropic-admin | sk-ant-admin01-w{93}AA | ANTHROPIC_ADMIN_KEY
anthropic-oauth | sk-ant-oat01-w{93}AA | CLAUDE_CODE_OAUTH_TOKEN
gemini | AIzaw{35} | GEMINI_API_KEY GOOGLE_API_KEY
huggingface | hf_A{34} | HF_TOKEN HUGGINGFACEHUB_API_TOKEN
groq | gsk_A{52} | GROQ_API_KEY
xai | xai-A{80} | XAI_API_KEY
perplexity | pplx-A{48} | PERPLEXITY_API_KEY
replicate | r8_A{37} | REPLICATE_API_TOKEN
openrouter | sk-or-v1-h{64} | OPENROUTER_API_KEY
mistral! | A{32} | MISTRAL_API_KEY mistralApiKey
cohere! | A{40} | COHERE_API_KEY CO_API_KEY
deepseek | sk-h{32} | DEEPSEEK_API_KEY
together! | h{64} | TOGETHER_API_KEY
together-v1 | tgp_v1_w{43} | TOGETHER_API_KEY
fireworks | fw_A{22} | FIREWORKS_API_KEY
nvidia | nvapi-w{64} | NVIDIA_API_KEY
cerebras | csk-a{48} | CEREBRAS_API_KEY
azure-openai! | h{32} | AZURE_OPENAI_API_KEY AZURE_OPENAI_KEY
azure-ai-foundry! | A{52}JQQJ99BCACA{2}BjFXJ3w3AAABACOGA{4} | AZURE_OPENAI_API_KEY AZURE_AI_KEY
bedrock | ABSKA{109}= | AWS_BEARER_TOKEN_BEDROCK
voyage | pa-w{43} | VOYAGE_API_KEY
jina | jina_h{32}w{28} | JINA_API_KEY
elevenlabs | sk_h{48} | ELEVENLABS_API_KEY XI_API_KEY
deepgram! | h{40} | DEEPGRAM_API_KEY
assemblyai! | h{32} | ASSEMBLYAI_API_KEY
stability | sk-A{48} | STABILITY_API_KEY
dashscope | sk-h{32} | DASHSCOPE_API_KEY
zhipu! | h{32}.A{16} | ZHIPUAI_API_KEY GLM_API_KEY
moonshot | sk-A{48} | MOONSHOT_API_KEY
runpod | rpa_U{38}a{6} | RUNPOD_API_KEY
fal! | uuid:h{32} | FAL_KEY
ai21! | A{32} | AI21_API_KEY
anyscale | esecret_a{26} | ANYSCALE_API_KEY
langsmith | lsv2_pt_h{32}_h{10} | LANGSMITH_API_KEY LANGCHAIN_API_KEY
langfuse | sk-lf-uuid | LANGFUSE_SECRET_KEY
tavily | tvly-dev-A{32} | TAVILY_API_KEY
exa! | uuid | EXA_API_KEY
firecrawl | fc-h{32} | FIRECRAWL_API_KEY
serper! | h{40} | SERPER_API_KEY
serpapi! | h{64} | SERPAPI_API_KEY SERPAPI_KEY
brave-search | BSAw{27} | BRAVE_API_KEY
wandb! | h{40} | WANDB_API_KEY
pinecone | pcsk_w{69} | PINECONE_API_KEY
pinecone-old! | uuid | PINECONE_API_KEY
weaviate! | A{36} | WEAVIATE_API_KEY
llamaparse | llx-A{48} | LLAMA_CLOUD_API_KEY
modal | as-A{22} | MODAL_TOKEN_SECRET
novita | sk_w{43} | NOVITA_API_KEY
databricks | dapih{32} | DATABRICKS_TOKEN
# clouds
aws-key | AKIAU{16} | AWS_ACCESS_KEY_ID aws_access_key
aws-secret! | b{40} | AWS_SECRET_ACCESS_KEY aws_secret_key
aws-temporary | ASIAU{16} | AWS_ACCESS_KEY_ID
aws-session! | IQoJb3JpZ2luX2VjEb{300}== | AWS_SESSION_TOKEN
aws-mws | amzn.mws.uuid | MWS_AUTH_TOKEN
gcp-oauth-secret | GOCSPX-w{28} | GOOGLE_CLIENT_SECRET
gcp-oauth-token | ya29.a0w{160} | GOOGLE_ACCESS_TOKEN
gcp-refresh | 1//0w{70} | GOOGLE_REFRESH_TOKEN
azure-storage! | b{86}== | AZURE_STORAGE_KEY accountKey
azure-client | A{3}8Q~w{34} | AZURE_CLIENT_SECRET
azure-cosmos! | b{86}== | COSMOS_KEY AZURE_COSMOS_KEY
azure-devops! | a{52} | AZURE_DEVOPS_PAT AZURE_DEVOPS_EXT_PAT
azure-search! | A{42}AzSeBA{5} | AZURE_SEARCH_KEY AZURE_SEARCH_API_KEY
azure-eventhub! | b{43}= | EVENTHUB_SHARED_ACCESS_KEY SharedAccessKey
digitalocean | dop_v1_h{64} | DIGITALOCEAN_TOKEN DO_API_TOKEN
cloudflare! | w{40} | CLOUDFLARE_API_TOKEN CF_API_TOKEN
cloudflare-global! | h{37} | CLOUDFLARE_API_KEY CF_API_KEY
cloudflare-origin-ca | v1.0-h{24}-h{146} | CLOUDFLARE_ORIGIN_CA_KEY
heroku! | uuid | HEROKU_API_KEY
heroku-new | HRKU-AAw{58} | HEROKU_API_KEY
vercel! | A{24} | VERCEL_TOKEN
netlify | nfp_A{36} | NETLIFY_AUTH_TOKEN
fly | FlyV1 fm2_b{120} | FLY_API_TOKEN
railway! | uuid | RAILWAY_TOKEN
render | rnd_A{28} | RENDER_API_KEY
linode! | h{64} | LINODE_TOKEN LINODE_CLI_TOKEN
hetzner! | A{64} | HCLOUD_TOKEN HETZNER_API_TOKEN
vultr! | U{36} | VULTR_API_KEY
scaleway! | uuid | SCW_SECRET_KEY
ovh! | A{32} | OVH_APPLICATION_SECRET
alibaba | LTAI5tA{18} | ALIBABA_CLOUD_ACCESS_KEY_ID
alibaba-secret! | A{30} | ALIBABA_CLOUD_ACCESS_KEY_SECRET
tencent | AKIDA{32} | TENCENTCLOUD_SECRET_ID
ibm-cloud! | w{44} | IBMCLOUD_API_KEY
supabase | sbp_h{40} | SUPABASE_ACCESS_TOKEN
supabase-secret | sb_secret_w{31} | SUPABASE_SECRET_KEY
planetscale | pscale_tkn_w{43} | PLANETSCALE_SERVICE_TOKEN
neon | napi_a{64} | NEON_API_KEY
upstash! | AA{42}Aw{18} | UPSTASH_REDIS_REST_TOKEN
# code and packages
github-classic | ghp_A{36} | GITHUB_TOKEN GH_TOKEN
github-fine | github_pat_A{22}_A{59} | GITHUB_TOKEN
github-oauth | gho_A{36} | GH_OAUTH_TOKEN
github-app | ghs_A{36} | GITHUB_APP_TOKEN
github-user | ghu_A{36} | COPILOT_TOKEN
github-refresh | ghr_A{76} | GITHUB_REFRESH_TOKEN
gitlab | glpat-w{20} | GITLAB_TOKEN
gitlab-routable | glpat-w{27}.01.U{9} | GITLAB_TOKEN
gitlab-trigger | glptt-h{40} | CI_TRIGGER
gitlab-runner | glrt-w{20} | RUNNER_TOKEN
gitlab-deploy | gldt-w{20} | CI_DEPLOY_PASSWORD
gitlab-job | glcbt-64_w{20} | CI_JOB_TOKEN
bitbucket | ATBBA{32} | BITBUCKET_APP_PASSWORD
atlassian | ATATT3xFfGF0w{176}=U{8} | JIRA_API_TOKEN ATLASSIAN_TOKEN
npm | npm_A{36} | NPM_TOKEN NODE_AUTH_TOKEN
pypi | pypi-AgEIcHlwaS5vcmcw{150} | TWINE_PASSWORD PYPI_TOKEN
rubygems | rubygems_h{48} | GEM_HOST_API_KEY
crates | cioA{32} | CARGO_REGISTRY_TOKEN
nuget | oy2a{43} | NUGET_API_KEY
docker | dckr_pat_w{27} | DOCKER_PASSWORD DOCKERHUB_TOKEN
artifactory | AKCpA{69} | ARTIFACTORY_API_KEY
circleci! | h{40} | CIRCLECI_TOKEN CIRCLE_TOKEN
circleci-new | CCIPAT_A{22}_h{40} | CIRCLE_TOKEN
buildkite | bkua_h{40} | BUILDKITE_API_TOKEN
travis! | A{22} | TRAVIS_TOKEN
sonar | squ_h{40} | SONAR_TOKEN
snyk! | uuid | SNYK_TOKEN
codecov! | uuid | CODECOV_TOKEN
sourcegraph | sgp_h{16}_h{40} | SRC_ACCESS_TOKEN
terraform-cloud | A{14}.atlasv1.w{67} | TF_API_TOKEN TFE_TOKEN
pulumi | pul-h{40} | PULUMI_ACCESS_TOKEN
vault | hvs.w{92} | VAULT_TOKEN
vault-old | s.A{24} | VAULT_TOKEN
doppler | dp.pt.A{43} | DOPPLER_TOKEN
onepassword | ops_eyJb{300} | OP_SERVICE_ACCOUNT_TOKEN
launchdarkly | sdk-uuid | LAUNCHDARKLY_SDK_KEY
postman | PMAK-h{24}-h{34} | POSTMAN_API_KEY
linear | lin_api_A{40} | LINEAR_API_KEY
notion | ntn_d{11}A{35} | NOTION_TOKEN
notion-old | secret_A{43} | NOTION_API_KEY
figma | figd_w{40} | FIGMA_TOKEN
airtable | patA{14}.h{64} | AIRTABLE_TOKEN
asana | 1/d{16}:h{32} | ASANA_TOKEN
clickup | pk_d{8}_U{32} | CLICKUP_API_KEY
openshift | sha256~w{43} | OC_TOKEN
tailscale | tskey-auth-kA{11}CNTRL-A{32} | TS_AUTHKEY
ngrok! | A{27}_A{21} | NGROK_AUTHTOKEN
# data and monitoring
datadog! | h{32} | DD_API_KEY DATADOG_API_KEY
datadog-app! | h{40} | DD_APP_KEY DD_APPLICATION_KEY
newrelic | NRAK-U{27} | NEW_RELIC_API_KEY
newrelic-license | h{36}NRAL | NEW_RELIC_LICENSE_KEY
grafana-cloud | glc_eyJb{120} | GRAFANA_CLOUD_TOKEN
grafana-service | glsa_A{32}_h{8} | GRAFANA_TOKEN
sentry-user | sntryu_h{64} | SENTRY_AUTH_TOKEN
sentry-org | sntrys_eyJb{120}_b{43} | SENTRY_AUTH_TOKEN
sentry-old! | h{64} | SENTRY_AUTH_TOKEN
honeycomb | hcaik_01a{56} | HONEYCOMB_API_KEY
honeycomb-old! | a{32} | HONEYCOMB_API_KEY
dynatrace | dt0c01.U{24}.U{64} | DT_API_TOKEN
pagerduty! | w{20} | PAGERDUTY_TOKEN PAGERDUTY_API_KEY
opsgenie! | uuid | OPSGENIE_API_KEY
rollbar! | h{32} | ROLLBAR_ACCESS_TOKEN
bugsnag! | h{32} | BUGSNAG_API_KEY
splunk-hec! | uuid | SPLUNK_HEC_TOKEN
sumologic! | A{64} | SUMOLOGIC_ACCESS_KEY
logzio! | A{32} | LOGZIO_TOKEN
segment! | A{32} | SEGMENT_WRITE_KEY
mixpanel! | h{32} | MIXPANEL_SECRET MIXPANEL_API_SECRET
amplitude! | h{32} | AMPLITUDE_API_KEY AMPLITUDE_SECRET_KEY
posthog | phx_A{43} | POSTHOG_PERSONAL_API_KEY
algolia! | h{32} | ALGOLIA_ADMIN_KEY ALGOLIA_API_KEY
elastic! | b{58}== | ELASTIC_API_KEY
confluent! | b{64} | CONFLUENT_API_SECRET CONFLUENT_CLOUD_API_SECRET
snowflake! | w{24} | SNOWFLAKE_PASSWORD
mongodb-atlas! | uuid | MONGODB_ATLAS_PRIVATE_KEY
contentful | CFPAT-w{43} | CONTENTFUL_MANAGEMENT_TOKEN
mapbox | sk.eyJ1w{60}.w{22} | MAPBOX_SECRET_TOKEN
prefect | pnu_A{36} | PREFECT_API_KEY
# money
stripe | sk_live_A{99} | STRIPE_SECRET_KEY
stripe-short | sk_live_A{24} | STRIPE_API_KEY
stripe-test | sk_test_A{24} | STRIPE_SECRET_KEY
stripe-restricted | rk_live_A{99} | STRIPE_RESTRICTED_KEY
stripe-webhook | whsec_A{32} | STRIPE_WEBHOOK_SECRET
square | EAAAEw{60} | SQUARE_ACCESS_TOKEN
square-secret | sq0csp-w{43} | SQUARE_SECRET
paypal! | Ew{79} | PAYPAL_CLIENT_SECRET PAYPAL_SECRET
braintree | access_token$production$a{16}$h{32} | BRAINTREE_ACCESS_TOKEN
braintree-key! | h{32} | BRAINTREE_PRIVATE_KEY
adyen | AQEb{150} | ADYEN_API_KEY
plaid! | h{30} | PLAID_SECRET
plaid-access | access-production-uuid | PLAID_ACCESS_TOKEN
razorpay-secret! | A{24} | RAZORPAY_KEY_SECRET
razorpay | rzp_live_A{14} | RAZORPAY_KEY_ID
flutterwave | FLWSECK-h{32}-X | FLW_SECRET_KEY
coinbase! | A{64} | COINBASE_API_SECRET
binance! | A{64} | BINANCE_SECRET_KEY BINANCE_API_SECRET
kraken! | b{86}== | KRAKEN_PRIVATE_KEY KRAKEN_API_SECRET
shopify | shpat_h{32} | SHOPIFY_ACCESS_TOKEN
shopify-secret | shpss_h{32} | SHOPIFY_API_SECRET
wise! | uuid | WISE_API_TOKEN
gocardless | live_w{40} | GOCARDLESS_ACCESS_TOKEN
easypost | EZAKA{54} | EASYPOST_API_KEY
etherscan! | U{34} | ETHERSCAN_API_KEY
alchemy! | w{32} | ALCHEMY_API_KEY
infura! | h{32} | INFURA_API_KEY INFURA_PROJECT_SECRET
ethereum-key! | 0xh{64} | PRIVATE_KEY DEPLOYER_PRIVATE_KEY
# messages
slack-bot | xoxb-d{12}-d{13}-A{24} | SLACK_BOT_TOKEN
slack-user | xoxp-d{12}-d{12}-d{13}-h{32} | SLACK_USER_TOKEN
slack-app | xapp-1-AU{10}-d{13}-h{64} | SLACK_APP_TOKEN
slack-refresh | xoxe-1-A{146} | SLACK_REFRESH_TOKEN
slack-signing! | h{32} | SLACK_SIGNING_SECRET
slack-webhook | https://hooks.slack.com/services/TU{8}/BU{10}/A{24} | SLACK_WEBHOOK_URL
discord-bot | MTd{2}A{20}.A{6}.w{38} | DISCORD_TOKEN DISCORD_BOT_TOKEN
discord-webhook | https://discord.com/api/webhooks/1d{18}/w{68} | DISCORD_WEBHOOK_URL
telegram | d{10}:AAw{33} | TELEGRAM_BOT_TOKEN
teams-webhook | https://acme.webhook.office.com/webhookb2/uuid@uuid/IncomingWebhook/h{32}/uuid | TEAMS_WEBHOOK_URL
twilio! | h{32} | TWILIO_AUTH_TOKEN
twilio-key | SKh{32} | TWILIO_API_KEY
sendgrid | SG.w{22}.w{43} | SENDGRID_API_KEY
mailgun | key-h{32} | MAILGUN_API_KEY
mailgun-new! | h{32}-h{8}-h{8} | MAILGUN_API_KEY
mailchimp | h{32}-us14 | MAILCHIMP_API_KEY
postmark! | uuid | POSTMARK_SERVER_TOKEN
resend | re_A{8}_A{24} | RESEND_API_KEY
brevo | xkeysib-h{64}-A{16} | BREVO_API_KEY
mailjet! | h{32} | MJ_APIKEY_PRIVATE MAILJET_SECRET_KEY
vonage! | A{16} | VONAGE_API_SECRET NEXMO_API_SECRET
messagebird! | A{25} | MESSAGEBIRD_ACCESS_KEY
twitter! | A{50} | TWITTER_API_SECRET TWITTER_CONSUMER_SECRET
twitter-bearer! | AAAAAAAAAAAAAAAAAAAAAw{60}%3Dw{40} | TWITTER_BEARER_TOKEN
facebook | EAACA{150} | FACEBOOK_ACCESS_TOKEN
facebook-secret! | h{32} | FACEBOOK_APP_SECRET FB_APP_SECRET
linkedin! | A{16} | LINKEDIN_CLIENT_SECRET
hubspot | pat-na1-uuid | HUBSPOT_ACCESS_TOKEN
intercom! | dG9rOmA{52}= | INTERCOM_ACCESS_TOKEN
zendesk! | A{40} | ZENDESK_API_TOKEN
salesforce | 00DA{12}!A{50}.A{45} | SALESFORCE_ACCESS_TOKEN SF_ACCESS_TOKEN
okta! | 00w{40} | OKTA_API_TOKEN OKTA_TOKEN
auth0! | w{64} | AUTH0_CLIENT_SECRET
clerk | sk_live_A{42} | CLERK_SECRET_KEY
firebase-server | AAAAw{7}:APA91bw{134} | FCM_SERVER_KEY
zoom! | A{32} | ZOOM_CLIENT_SECRET
spotify! | h{32} | SPOTIFY_CLIENT_SECRET
deepl! | uuid:fx | DEEPL_AUTH_KEY DEEPL_API_KEY
openweather! | h{32} | OPENWEATHER_API_KEY
# of one's own
password! | l{5}d{2}Ul{4}! | DB_PASSWORD password POSTGRES_PASSWORD SMTP_PASS
password-long! | A{10}#A{6} | MYSQL_ROOT_PASSWORD ADMIN_PASSWORD REDIS_PASSWORD
jwt-secret! | h{64} | JWT_SECRET SECRET_KEY_BASE
django! | A{20}-A{29} | SECRET_KEY DJANGO_SECRET_KEY
nextauth! | b{43}= | NEXTAUTH_SECRET AUTH_SECRET
encryption! | b{43}= | ENCRYPTION_KEY DATA_ENCRYPTION_KEY
session! | A{40} | SESSION_SECRET COOKIE_SECRET
basic-key! | A{32} | API_KEY INTERNAL_API_KEY apiKey
wireguard! | b{43}= | PrivateKey WG_PRIVATE_KEY
jwt | eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6Iw{40}.w{43} | ACCESS_TOKEN JWT
age | AGE-SECRET-KEY-1Q{58} | AGE_KEY SOPS_AGE_KEY
postgres-url | postgres://app:A{16}@db.acme.internal:5432/shop | DATABASE_URL
mysql-url | mysql://root:A{12}@10.0.0.4/orders | MYSQL_URL
mongodb-url | mongodb+srv://svc:A{18}@cluster0.ab1cd.mongodb.net/prod | MONGO_URI
redis-url | redis://:A{24}@cache.acme.internal:6379/0 | REDIS_URL
amqp-url | amqps://worker:A{20}@mq.acme.internal/jobs | AMQP_URL
ado-net! | Server=tcp:acme.database.windows.net;Database=shop;User ID=app;Password=A{14}!; | ConnectionStrings__Default DB_CONNECTION
jdbc! | jdbc:postgresql://db.acme.internal/shop?user=app&password=A{16} | spring.datasource.url JDBC_URL
pem | -----BEGIN RSA PRIVATE KEY-----\\nb{64}\\nb{64}\\nb{40}==\\n-----END RSA PRIVATE KEY----- | PRIVATE_KEY
openssh | -----BEGIN OPENSSH PRIVATE KEY-----\\nb{70}\\nb{70}\\n-----END OPENSSH PRIVATE KEY----- | SSH_KEY
`

const alphabets: Readonly<Record<string, string>> = {
  A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  a: 'abcdefghijklmnopqrstuvwxyz0123456789',
  U: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  h: '0123456789abcdef',
  d: '0123456789',
  w: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  b: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  // of bech32
  Q: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
  l: 'abcdefghijklmnopqrstuvwxyz',
}
const parts = /uuid|([AaUhdwblQ])\{(\d+)\}|[\s\S]/g

function filled(form: string, chance: Chance): string {
  const drawn = (set: string, count: number) => Array.from({ length: count }, () => chance.pick([...set])).join('')
  return form.replaceAll('\\n', '\n').replace(parts, (all, set?: string, count?: string) => {
    if (all === 'uuid') return [8, 4, 4, 4, 12].map((digits) => drawn(alphabets.h as string, digits)).join('-')
    if (set === undefined) return all
    const text = drawn(alphabets[set] as string, Number(count))
    // words do not begin or end with these
    return text.replace(/^[-_]/, 'x').replace(/[-_]$/, 'Q')
  })
}

/** @returns every type once, with what draws a value of it */
export function credentials(): readonly Credential[] {
  let family = ''
  return table
    .trim()
    .split('\n')
    .flatMap((line): Credential[] => {
      if (line.startsWith('# ')) {
        family = line.slice(2)
        return []
      }
      const [name = '', form = '', names = ''] = line.split(' | ')
      const isTelling = !name.endsWith('!')
      return [
        {
          family,
          type: name.replace(/!$/, ''),
          names: names.split(' '),
          isTelling,
          value: (chance) => filled(form, chance),
        },
      ]
    })
}
