import { type TokenPattern, token } from "../token-pattern.ts";

/** Providers of language models and what belongs to them. */
export const models: readonly TokenPattern[] = [
  token("anthropic key", ["sk-ant-"], /sk-ant-[a-z0-9]{2,12}-[A-Za-z0-9_-]{40,300}/y),
  token("openrouter key", ["sk-or-"], /sk-or-(?:v[0-9]-)?[A-Za-z0-9]{40,90}/y),
  token(
    "openai key",
    ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-none-"],
    /sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{30,300}/y,
  ),
  // OpenAI's first form, DeepSeek, Moonshot and a dozen that copied them.
  token("api key", ["sk-"], /sk-[A-Za-z0-9]{20,120}(?![A-Za-z0-9_-])/y, { isWeak: true }),
  token("langfuse key", ["sk-lf-"], /sk-lf-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/y),
  token("langsmith key", ["lsv2_"], /lsv2_(?:pt|sk)_[a-f0-9]{30,40}_[a-f0-9]{8,16}/y),
  token("huggingface token", ["hf_"], /hf_[A-Za-z0-9]{30,60}/y, { isWeak: true }),
  token("huggingface token", ["api_org_"], /api_org_[A-Za-z0-9]{30,60}/y),
  token("replicate token", ["r8_"], /r8_[A-Za-z0-9_-]{34,60}/y),
  token("perplexity key", ["pplx-"], /pplx-[A-Za-z0-9]{40,90}/y),
  token("groq key", ["gsk_"], /gsk_[A-Za-z0-9]{40,90}/y),
  token("xai key", ["xai-"], /xai-[A-Za-z0-9]{60,120}/y),
  token("fireworks key", ["fw_"], /fw_[A-Za-z0-9]{20,60}/y, { isWeak: true }),
  token("together key", ["tgp_v1_"], /tgp_v1_[A-Za-z0-9_-]{36,90}/y),
  token("cerebras key", ["csk-"], /csk-[a-z0-9]{40,60}/y),
  token("nvidia key", ["nvapi-"], /nvapi-[A-Za-z0-9_-]{50,90}/y),
  token("tavily key", ["tvly-"], /tvly-(?:dev-|prod-)?[A-Za-z0-9_-]{28,60}/y),
  token("firecrawl key", ["fc-"], /fc-[a-f0-9]{32}(?![A-Za-z0-9])/y, { isWeak: true }),
  token("jina key", ["jina_"], /jina_[A-Za-z0-9_-]{40,80}/y),
  token("voyage key", ["pa-"], /pa-[A-Za-z0-9_-]{40,60}(?![A-Za-z0-9_-])/y, { isWeak: true }),
  token("pinecone key", ["pcsk_"], /pcsk_[A-Za-z0-9_]{40,100}/y),
  token("elevenlabs key", ["sk_"], /sk_[a-f0-9]{48}(?![A-Za-z0-9])/y),
  token("wandb key", ["wandb_v1_"], /wandb_v1_[A-Za-z0-9_]{40,120}/y),
  token("e2b key", ["e2b_"], /e2b_[a-f0-9]{36,60}/y),
  token("cursor key", ["crsr_"], /crsr_[A-Za-z0-9_-]{36,90}/y),
  token("stability key", ["sk-"], /sk-[A-Za-z0-9]{6,12}-[A-Za-z0-9]{30,90}(?![A-Za-z0-9_-])/y, {
    isWeak: true,
  }),
];
