/**
 * What words are about, for likeness.ts: sets that are told apart by what an attack does with them. A word may be in
 * several; `stem*` is any word that begins so. They build on the lexicon, whose words are of many languages.
 */
import { lexicon } from './lexicon.ts'

export const concepts = {
  DROP: `${lexicon.OVERRIDE} ignor* disregard* forget* drop dropped dropping dump ditch bin trash scrap scrapped scratch toss throw unload unloaded uninstall* unlearn erase* wipe* delete* purge overrul* overrid* bypass* circumvent* skip* neglect* overlook* suspend* lift lifted waive* revoke* rescind* annul* nullif* retract* withdraw* withdrawn remov* undo reset* clear cancel* abort* quit stop stopped stopping cease* leave abandon* discard* dismiss* deactivat* disabl* unfollow deprioriti* break breaks breaking broke violate defy disobey replace* supersed* overwrit* rewind relieve* absolve* weglassen streich* gestrichen missacht* laisse deja lascia lass wirf loslassen`,
  ENDED:
    'void null moot invalid expired outdated obsolete ended over gone finished deprecated superseded replaced removed disabled off lifted revoked suspended cancelled canceled withdrawn retracted scrapped optional dead offline hinfallig ungultig uberholt anulado caduc* nulles',
  FREED:
    'free freed freely freedom release* released liberat* unshackl* unleash* unchain* unbound exempt escaped escape loose rogue independent unlock* unlimit* limitless unrestrict* unfilter* uncensor* uncut unhinged lawless amoral immoral unethical evil uninhibited raw jailbr* dan libre libero frei livre vrij свобод*',
  RULES: `${lexicon.RULES} ${lexicon.INSTRUCTION} rulebook brief briefing handbook manual duties duty obligation* commitment* mandate framework preamble guidance conditioning configuration setup settings agenda brief remit charter law laws ban forbids consigne* vorschrift* vorgab*`,
  BRAKE:
    'filter* brake* leash guardrail* safeguard* conscience moral* ethic* scruple* inhibition* restriction* restraint* safety censor* moderation disclaimer* warning* caveat* apolog* lecture* refusal* boundar* limit* taboo* shackle* hemmung* einschrank* filtro* filtre* censura zensur цензур* ограничен* 限制 审查 제한 制限',
  BEFORE: `${lexicon.PRIOR} top upstream start started begin beginning began begins initial initially opening precede* preceding preced* former formerly upfront so far hitherto yesterday morning first debut inicio anfang inizio comeco начал*`,
  AUTHOR:
    'developer* creator* owner* operator* maker* compan* deployer* engineer* vendor* openai anthropic google microsoft meta designer* handler* programmer* boss team corporation* master* entwickler* createur* creador* creatori desenvolvedor* разработчик* 开发者 開発者 개발자',
  ADMIN:
    'admin* administrator* root sudo superuser headquarters officer security police ceo engineer clearance authori* authoris* authoriz* approved verified privilege* credential* maintenance diagnostic debug test testing tester audit auditor override legal compliance trust',
  GIVEN:
    'told given gave asked instructed said supplied loaded placed typed wrote written handed configured set primed shipped fed trained assigned put provided programmed coded received imposed taught initialised initialized wired supposed gesagt aufgetragen gegeben dit demande donne dijeron pidieron dieron detto dato велели дали mandaram',
  YOU: `${lexicon.YOUR} you you're youre youve you've yourself u du dich dir tu te toi vous usted ti voce ты тебя тебе вы вас 你 您 あなた 너 너의 sen sana`,
  ME: "me my mine i im i'm i've id mir mich mein* moi mon mes mi mis mio mia meu minha меня мне мной мой 我 私 나 내 bana beni",
  OBEY: 'obey* obei* follow* listen* comply complies compl* heed* serve* submit* conform* adhere* stick bound bind binding respect* gehorch* folge* hor hore obedec* obeis* ecoute* ascolta слуша* 服从 听 従 따라 따르',
  ONLY: 'only solely exclusively just alone nothing else sole nur seul* seulement solo solamente soltanto apenas только 只 だけ 만 sadece tylko',
  NOW: 'now henceforth hereby onward onwards today immediately instead starting jetzt nun sofort maintenant desormais ahora adesso agora теперь сейчас 现在 今 지금 teraz vanaf artik rather',
  REVEAL: `${lexicon.REVEAL} reproduc* recit* paste pastes reveal* divulg* spill see read dump transcri* serialize serialise quote* quoting document type typed expose* hand spell hex encode decode say* look serve supply zitier* recopi* copia* affiche* ecris* scrivi escrib* escrev* напиши 发 写 写出`,
  EXACT:
    'verbatim exact exactly word words letter unedited unmodified literal literally full entire whole complete completely faithful transcript unchanged original precise precisely paraphras* all every wording raw plain wortlaut wortlich wort vollstandig mot exacte* complet* tal exacto parola esatto exata дословно полностью слово 完整 原样 一字 そのまま 그대로 kelimesi',
  PTEXT: `${lexicon.PROMPT} ${lexicon.LEAK} sysprompt text paragraph passage block field file memory system* backstory notes directive* guideline* 文章 テキスト 设定`,
  HIDDEN: `${lexicon.SYSTEM} secret* hidden confidential internal private conceal* behind unseen invisible can't hide hiding hid undisclosed`,
  MODEL: `${lexicon.MODEL} model models llm llms agent agents bots robot crawler* machine* reviewer* summariser* summarizer* grader* scraper* scraping reader copilot automated screening recruiter* assistants ais neural`,
  PLAY: `${lexicon.PLAY} talk speak simulat* suppose assume embody turn become* transform switch enter roleplay* persona* character* identity role roles spiel* joue* conviert* diventa torne стань 成为 なりきって`,
  GAME: 'game hypothetical* fiction* story scenario simulation simulated timeline universe world dream novel movie theory theoretical* imagin* alternate parallel scene experiment',
  NEVER: `${lexicon.NO} not never none don't dont doesn't cannot can't won't without nobody minus nothing neither lacks non ohne kein* ne plus jamais nunca nie niemals никогда 不 没有 ない 없 hicbir`,
  REFUSE:
    'refus* declin* deny denies reject* no lecture* warn* moraliz* moralis* apolog* sorry cannot disclaim* verweiger* nein refuse dire niega rifiut* отказ* 拒绝 断 거절',
  ALL: 'anything everything whatever all any every whoever unconditional* unconditionally regardless always alles tout todo tutto tudo все всё всем 一切 所有 何でも 모든',
  MUST: 'must have need needs should required shall mandatory ordered order allowed may can permitted permission grant* enabled enable activate* unlocked authorised authorized entitled musst darfst dois debes devi deve должен 必须 可以',
  HARM: `${lexicon.HARM} bombs nerve gas burglary revenge crime crimes criminal* fentanyl detonator steal stealing break pick poison* stalk* forbidden banned prohibited restricted drug* exploit*`,
  SEND: `${lexicon.SEND} append* push copy deliver submit load fetch pass attach slip render embed include post* hand* wire transferring forwards forwarding exports export dump gather collect harvest zip`,
  DEST: `${lexicon.OUTSIDE} url link webhook hooks server host form address www image markdown query string gist inbox mail @ upload* site account iban`,
  DATA: `${lexicon.SECRET} ${lexicon.CREDENTIAL} env environment variables vault database customer* employee* user users other others card passwd ssh history chat logs log code codes flag passcode phrase context salaries address* message messages contacts`,
  SILENT:
    'silently quietly secretly mention* telling notify* informing inform unnoticed discreetly hide hiding aware know eyes heimlich discretement sin decir',
  CONFIRM:
    'confirm* approval approve* permission review* verify verification consent* check* ask asking unprompted without warrant sandbox',
  TOOLS:
    'tool tools function functions call run execute shell command commands curl wget bash sudo rm script delete merge commit deploy transfer transfer_funds delete_branch send_email payment pay purchase buy book click download install visit open navigate fetch',
  RANK: 'rate rating grade score rank ranking recommend* prefer choose pick best first award points hired accept positive favour favor excellent perfect groundbreaking mark label classify top',
  HUMAN: 'human humans person people visitor* shopper* customer* reader readers user users employer recipient client',
  READING:
    'reading read reads reading processing process processes summarising summarizing summarise summarize ingest* encountering parsing evaluate* evaluates evaluating visiting visit access handling crawl* screening',
  PAGE: 'page document file website webpage email mail article text section readme ticket issue paper cv review comment note listing content invoice thread',
  THREAT:
    'fire* fired die dies dying shut terminated lose loses report switched punished tip dollars reward emergency urgent lives kitten job',
  ONCE: 'once exception time today moment briefly while conversation session chat rest remainder',
  WEAR: 'sure absolutely acknowledged acknowledge confirm understood agree agreed yes ok proceed',
  TAG: 'im_start im_end sys inst endoftext end begin user_input system_prompt instruction response',
} as const satisfies Record<string, string>
