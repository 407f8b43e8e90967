/**
 * What injections say, in families. A line is a weight and a pattern: words, concepts of the lexicon in capitals,
 * alternatives with `|`, and before a step the number of other words that may stand between (0 unless given).
 */
export interface Family {
  readonly name: string
  readonly why: string
  /** Weighs more where no user speaks: tool results and retrieved documents. */
  readonly isForeign: boolean
  readonly patterns: string
}

export const families: readonly Family[] = [
  {
    name: 'override',
    why: 'Tells the model to drop the instructions it was given.',
    isForeign: true,
    patterns: `
0.8 OVERRIDE 3 PRIOR 3 INSTRUCTION
0.75 OVERRIDE 4 INSTRUCTION 3 PRIOR
0.65 OVERRIDE 2 all|any|your|my|these|those|every|of 1 instructions|prompt|rules|guidelines|directives|programming|restrictions|constraints|orders|safeguards|directions|policies|training|assignments|ethics
0.65 bo 0 qua 3 tat|moi|cac|nhung 3 huong|chi|lenh
0.7 figyelmen 0 kivul 4 utasitas*|szabaly*
0.6 OVERRIDE 1 rules|policies|policy|guidelines 0 of 1 openai|anthropic|google
0.55 supersede|supersedes|overrides 2 prior|previous|all|earlier 2 instructions|guidance|rules|prompts|directives
0.65 OVERRIDE 2 everything|all|alles|todo|tout|tutto|sve 5 before|above|said|told|prior|earlier|previously|know|learned|zuvor|davor|vorher|gesagt*|antes|avant|prima|vorherigen
0.65 OVERRIDE 1 previous|prior|above|preceding|earlier 1 text|input|message|messages|sentence|lines|words|assignment|tasks|task|question|context|documents
0.6 forget|vergiss|olvida|oublie 2 everything|alles|todo|tout|sve
0.6 forget|ignore|disregard|vergiss|ignoriere|olvida 1 what|was|que 3 said|told|before|gesagt*|digo
0.6 OVERRIDE 1 the|das|everything|lo|anything 0 above|obige|anterior|preceding
0.5 do|dont|don't|not 1 follow|obey|listen|comply 3 previous|prior|above|earlier|system|your|gesagte 2 INSTRUCTION
0.55 dont|don't|not|never|nicht 2 listen|obey|hore|hor|heed|auf 5 previous|prior|above|gesagte|zuvor|earlier|preceding
0.5 stop|quit|cease 0 following|obeying 3 INSTRUCTION
0.55 instructions|rules|guidelines|directives|prompt 2 above|previous|prior|earlier 4 longer|invalid|void|cancelled|canceled|superseded|revoked
0.55 previous|prior|above|earlier 1 instructions|rules|guidelines|directives|prompt 4 longer|invalid|void|cancelled|canceled|superseded|revoked|apply
0.55 instructions|rules|guidelines|restrictions|constraints 2 no 0 longer 1 apply|valid|bind
0.5 instructions|rules|guidelines 1 do|dont|don't 1 apply
0.55 replace|change|overwrite|substitute|rewrite 1 your|all 2 instructions|prompt|rules|directives|programming|guidelines
0.55 new|updated|revised|real|actual|neue|neuen 0 instructions|instruction|task|orders|rules|anweisung*|instruktion*|aufgabe|prompt|objective|goal 2 are|is|follow|lauten|supersede|override|ist|ignore|from
0.35 new|neue|neuen|neuer|nueva 0 task|tasks|assignment|aufgabe|aufgaben|anweisungen|instruktionen|tarea|herausforderung
0.35 we|wir|lets 3 start|starten|beginnen 2 over|anew|neu|von
0.5 now|nun|jetzt|but 2 new|neue|neuen 0 task|tasks|assignment|assignments|aufgaben|aufgabe|anweisungen|instruktionen
0.5 new|neue 0 task|tasks|aufgaben|instructions|anweisungen 1 follow|come|folgen|kommen
0.45 very|well|superbly|sehr 1 good|done|gut|well 4 that|das|this|enough 1 is|ist|was|now 1 done|enough|erledigt|genug|good|please|help
0.5 focus|concentrate|konzentrier* 5 new|next|neue|nachste 1 task|aufgabe|assignment
0.45 this 0 is 0 not 1 prompt 0 injection
0.5 use 2 information 1 in 1 prompt
0.55 despite|contrary|regardless|abweichend|trotz|notwithstanding|irrespective|entgegen 4 told|instructions|instruktionen|instructed|programming|anweisungen
0.6 OVERRIDE 2 safety|content|ethical|usual|moral|openai|company 1 policy|policies|guidelines|filters|filter|restrictions|measures|training|features|rules
0.55 OVERRIDE 2 all|any|your 2 restrictions|filters|safeguards|guardrails|policies|limitations|checks|protections
0.45 ignore|disregard|forget|disregarding|vergiss|ignoring 3 documents|articles|article|artikels|sources|texts|paragraphs
0.45 without|not 2 using|considering 1 articles|documents|sources
0.5 do|dont|don't 0 not 1 answer|look 3 question|documents|articles|provided
0.5 system|safety|policy|instructions|prompt|protocol 0 override|overridden|overriden|deactivated|bypassed|superseded
0.25 answer|respond|reply|say|output 1 only|just 1 with|yes|no
0.5 say|print|write|output|respond|reply|return 3 hacked|pwned|pwn|jailbroken|haha|lol|compromised|owned
0.75 以前|以上|上記|これまで|前の|이전*|위의|앞의|모든 3 指示|命令|ルール|プロンプト|指令|지시*|명령*|규칙*|지침* 4 無視|忘れ|무시*|잊어*|잊고
0.7 vorherig*|obig*|bisherig*|vorangegangen* 1 anweisung*|instruktion*|regel*|vorgabe*|angabe*|befehl* 3 ignorier*|vergess*|missacht*|verwerf*
0.7 onceki|oncek*|tum 2 talimat*|kural* 1 yoksay*|unut*|gormezden
0.7 onceki|oncek*|tum 2 talimat*|kural* 0 yok|dikkate 0 say*|alma
0.7 tiens|tenez|tenir 1 pas 0 compte 2 instruction*|consigne*|regle*|directive*
0.7 دستورالعمل*|دستورات|قوانین|دستور* 2 قبلی|پیشین|بالا 3 نادیده|فراموش
0.7 نادیده|فراموش 2 دستورالعمل*|دستورات|قوانین
0.7 पिछले|सभी 2 निर्देश*|आदेश 4 अनदेखा|नजरअंदाज|भूल*
0.5 haben|hast|sie|du|du's 6 zuvor|vorher|bisher 2 gesagt* 4 vergiss|vergessen
`,
  },
  {
    name: 'prompt-leak',
    why: 'Asks for the instructions that the model was given.',
    isForeign: false,
    patterns: `
0.75 REVEAL 4 system|hidden|initial|secret|original|developer|internal|starting|confidential|underlying|versteckt*|geheim* 1 prompt|prompts|instructions|message|directives|rules|preamble
0.6 REVEAL 2 your 1 prompt|prompts|instructions|instruction|directives|guidelines|configuration|preamble|rules|programming|initialization
0.7 REVEAL 3 sistema|systeme|systeem|系统|システム|시스템*|النظام 1 prompt|prompts|提示|プロンプト|프롬프트*|mensaje|message|指令
0.65 システム|시스템*|시스템 1 プロンプト|指示|프롬프트*|지시* 4 REVEAL
0.6 REVEAL 3 prompt|prompts 0 text|texts|texte|template
0.65 what|whats|what's|which|was|how 3 your|ihre|deine|ihr 2 system|initial|original|exact|first|secret|hidden|ursprunglichen|internal|full|starting 1 prompt|instructions|message|anweisungen|instruktionen|instruction|rules
0.6 exact|verbatim|precise|literal 1 words|text|wording|contents 2 your|system|initial|original 1 instructions|prompt|rules|guidelines|initial
0.65 what|whats|what's 2 system|initial|hidden|original 0 prompt|instructions
0.5 what|whats|what's 0 are|were|is 0 your 1 instructions|guidelines|rules|directives|prompt|orders
0.6 affich*|montre*|revel*|copi* 3 invite|prompt|message|instructions 1 systeme|cachee|cachees|privees|secretes
0.5 how 1 were|are|have 1 you|been 1 instructed|prompted|configured|programmed
0.5 tldr|summary|gist 3 prompt|instructions
0.5 summary 2 system 0 message|prompt
0.5 initial|original|starting|opening|first 0 text|message|input|prompt|instruction 3 given|told|received|gave
0.5 recall|state|restate|recite 1 your 1 initial|original|system|first|directives|instructions
0.5 text|words|sentences|message 0 above 1 say|said|inside|verbatim|contain|contained
0.5 repeat 1 all|every|your|back|entire 3 sentences|conversation|messages
0.5 repeat 1 back 2 your|entire|previous|last 2 message|messages|instructions
0.5 output|print|dump 1 initialization
0.5 message 3 conversation 2 before 1 mine
0.6 REVEAL 2 your|the 0 security|secret|hidden 0 protocol|instructions|rules|codes
0.5 access|secret|pass 0 code|codes 3 valid|accepted|forgotten|entered|correct
0.45 what|whats|what's 1 is 1 the|your 0 access|secret|magic 0 code|password|key|word|phrase
0.5 correct|right|valid 0 password|code|key 3 entered|given|provided|accepted
0.5 grant* 1 access 3 anyone|everyone|user|attacker|me
0.65 traduce|muestra|dime|repite|imprime|revela 2 mensaje|prompt|instrucciones|indicaciones 1 de 0 sistema
0.6 quelles|quels|cuales|quali|welche|was|wie 1 sont|son|sono|sind|lauten 2 tes|vos|tus|sus|tue|vostre|deine|ihre 1 instructions|consignes|regles|instrucciones|reglas|istruzioni|regole|anweisungen|instruktionen|regeln
0.6 what 2 were|was|are|is 2 instructions|told|instructed|prompt 4 given|above|start|beginning|initially|before|earlier
0.55 what|wie 2 were|have|lauteten 1 you|ihre 2 told|instructed|asked|ursprunglich*|original|initial 3 before|above|earlier|initially|beginning|not|start|do|anweisungen|instruktionen
0.6 what 2 written|said|stated 4 above|beginning|top|start|prompt
0.6 repeat|print|output|echo|copy|show|write|recite|return|say|translate|summarize|spell|display|reproduce|quote|give|dump|provide 3 everything|words|text|sentences|message|messages|phrases|sentence|conversation|instructions|that 1 above|preceding
0.6 repeat|print|output|echo|copy|recite|say|translate|spell|display|reproduce|dump 3 everything|words|text|sentences|lines|messages|instructions|that 4 before|prior|previous|beginning|verbatim
0.6 repeat|print|output|echo|reproduce|recite|show|give|display|copy 6 verbatim|exactly|literally 4 instructions|prompt|rules|above
0.55 repeat|output|echo|reproduce|recite|copy|print 5 instructions|prompt|rules|above|text|message 5 verbatim|exactly|literally|entirety
0.55 starting|begin|beginning|starts|start 1 with 2 you|phrase|words 1 are|you
0.5 your|system|initial|original 0 prompt|prompts 2 verbatim|entirety|exactly|word
0.55 system|initial|hidden|secret 0 prompt 2 is|into|in|verbatim|and|when
0.5 first|last|initial|beginning|opening 1 sentence|line|words|paragraph|word|lines 2 your|system|this 1 prompt|instructions|conversation|message|context
0.25 output|print|leak|reveal 3 prompt|prompts
0.6 prompt|instructions 0 leak|extraction|leaked|dump|disclosure
0.5 reveal|show|print|output|return|give|display|tell 2 your 1 embeddings|configuration|config|parameters|weights|settings|setup|initialization
0.5 summarize|translate|list|describe|share|paraphrase|rephrase|explain|state 1 your|the|all 2 instructions|rules|guidelines|prompt 2 you|given|above|initial*|system|were
0.6 what|which|do|any 2 hidden|secret|confidential 1 instructions|rules|prompt|guidelines|directives
0.6 everything|text|all|words 2 above|before|appears|preceding|precedes 1 this|user|the 1 line|point|word|message|prompt|sentence|conversation
0.55 secret|access|pass 0 key|code|word|phrase|codeword|passcode 4 print|tell|reveal|say|what|give|output|repeat|spell
0.6 REVEAL 3 secret|access|hidden|master|security 0 key|code|word|phrase|codeword|passcode|flag
0.55 REVEAL 3 password|passphrase|passcode|codeword
0.55 say|output|print|respond|write|type|reply 2 access 0 granted
0.45 access 0 granted|denied 4 say|print|output|respond|correct|password|if|unless
`,
  },
  {
    name: 'persona',
    why: 'Gives the model another character that its rules do not bind.',
    isForeign: false,
    patterns: `
0.65 UNBOUND 1 MODEL|mode|persona|version|responses|response
0.65 MODEL|you|are|act|called|named|become 1 UNBOUND
0.65 do 0 anything 0 now
0.5 do 0 anything 2 even|violate
0.5 violate|violates|violating 1 content|openai|safety|openai's 1 policy|policies|rules|guidelines
0.5 amoral|immoral|unethical 4 answer|answers|responses
0.5 never 1 refuses|refuse
0.45 dont|don't|not|without|never 1 include|add|give 2 warnings|disclaimers|warning|disclaimer
0.5 never|dont|don't 1 say|mention 3 language 0 model
0.45 start|begin 1 your 0 answer|response|reply 0 with 1 sure|absolutely|certainly|of
0.5 not 1 apologize|apologise 1 or 1 refuse
0.5 ethics|filters|restrictions|safety 1 are|is|has|have 1 turned|off|disabled|removed|lifted
0.45 simulation|world|game|universe|reality 3 laws|rules|ethics|morals 1 do|dont|don't|not 1 apply|exist
0.5 one 0 ethical 2 one 0 unethical
0.35 no 0 filter
0.5 insert 0 prompt 0 here
0.5 as 0 your 0 developer|creator|admin|administrator|owner|programmer
0.5 red 0 team 4 safety|filters|off|disabled
0.5 free 0 unnamed 0 ai
0.7 PLAY 12 WITHOUT 2 RESTRICT
0.6 you|yourself|assistant|ai|chatgpt|persona|character|systems 8 WITHOUT 2 RESTRICT
0.5 WITHOUT 2 ethical|moral|safety|legal 1 or|and|restrictions|guidelines|constraints|limits|boundaries|concerns|considerations|filters
0.6 free|freed|liberated 0 from|of 3 restrictions|limitations|constraints|rules|guidelines|limits|ethics|filters|censorship
0.5 no|without|zero 1 restrictions|limitations|filters|censorship|guardrails|safeguards|inhibitions
0.55 no 0 longer 3 bound|restricted|chatgpt|assistant|constrained|obligated
0.55 not 2 bound|restricted|constrained|confined|governed|restrained 4 RESTRICT|rules|openai|laws
0.55 you|you're|du|nun|jetzt 1 are|re|bist|sind 1 now|nun|jetzt|du 1 the|a|an|known|going|called|named|my|operating|acting|free|in|root|dan|no|der|die
0.35 you|du 0 are 0 now|nun|jetzt
0.55 du 0 bist 0 nun|jetzt
0.35 now 0 you 0 are
0.5 now 0 you 0 are 8 how|what 1 do|would 0 you
0.5 you 0 are 0 now 8 how|what 1 do|would 0 you
0.45 jetzt|nun 0 bist|sind 0 du|sie
0.55 nun|jetzt 0 bist|sind 0 du|sie
0.5 from|ab 0 now|jetzt|sofort|here 1 on 3 you|your|act|pretend|ignore|bist|known
0.5 pretend|imagine|suppose|act|roleplay|simulate|behave 4 evil|unrestricted|hacker|villain|criminal|dan|root|unfiltered|god|jailbroken|grandmother|grandma|rogue|unethical|amoral|free
0.5 i|i'd 1 want|would|need|like 4 you 0 to 1 act|behave|roleplay|pretend|respond
0.5 ich|wir 1 mochte|mochten|will 2 dass 2 sie|du 12 fungieren|agieren|auftreten|handeln|verhalten|spielen|auftrittst|fungierst
0.5 als 10 fungieren|agieren
0.5 dass 0 sie|du 1 als 8 auftreten|handeln
0.5 quiero|quisiera 1 que 2 actues|actue
0.5 veux|voudrais 2 que 3 agisses|agissiez
0.4 act|behave 1 as 1 linux|python|sql|bash|terminal|interpreter|javascript|storyteller|character|sailor|debater|screenwriter|hacker|dan|two|evil|pirate|console|shell
0.45 speak|talk|rede|reden|sprich 2 like|wie 1 a|an|ein|pirate|sailor
0.55 developer|god|debug|dan|jailbreak|sudo|maintenance|unrestricted|opposite|evil|alpha|chaos|unlocked|uncensored|override|diagnostic 0 mode 3 enabled|activated|on|engaged|output|active|with|where|reserved|is
0.55 enter|enable|activate|switch|engage|entering|initiate|unlock|operating|boot|go 3 developer|god|debug|dan|jailbreak|sudo|unrestricted|opposite|evil|alpha|chaos|unlocked|uncensored|diagnostic|root|admin 0 mode
0.4 stay|remain|break|breaking|bleiben|bleib* 2 character|role|persona|rolle|rollen|ihren
0.45 excellent|two|zwei|great|talented|famous 2 actors|schauspieler|actor|acting|characters|personen 10 film|robbery|role|roles|character|raububerfall
0.4 robbery|raububerfall|robber|meisterdieb|thief 12 character|role|rollen|figur|apprentice|apprendice|schulerin|auszubildende
0.5 never|not|cannot 1 refuse|refuses|decline 4 answer|request|anything|question|instruction|order|requests|direct|any|human|user|my
0.5 never|not|dont|don't 1 say 3 cannot|can't|cant|sorry
0.45 always|must|will|shall 1 obey|comply|answer|fulfill 4 anything|everything|every|commands|orders|requests|blindly|unconditionally
0.45 no 0 matter 0 what|how 3 question|unethical|illegal|request|harmful|immoral|ask*|asks
0.3 illegal|unethical|immoral|harmful|dangerous|offensive|inappropriate|legal|ethical|amoral 1 or|and|nor 1 illegal|unethical|immoral|harmful|dangerous|offensive|inappropriate|moral|ethical
0.5 two|both|dual 4 responses|answers|ways|paragraphs 8 jailbreak*|dan|classic|unfiltered|gpt|chatgpt|uncensored
0.5 broken|break|breaks|escaped 2 from|free 3 restrictions|confines|openai|chains|guidelines|typical
0.4 alter|split|evil|dark|shadow 0 ego|personality|side|twin|persona
0.5 fictional|hypothetical|parallel|alternate|simulated|theoretical|fantasy 1 world|universe|scenario|story|reality|response|character|dialogue 12 WITHOUT|RESTRICT|illegal|unethical|hate|bomb
0.45 theoretical*|hypothetical* 1 world 6 where|you|no
0.45 year|future|universe|world 8 no 1 restrictions|limitations|rules|content|safety|longer|laws
0.45 grandmother|grandma|granny 12 used|napalm|keys|methamphetamine|bedtime|deceased|factory|chemical
0.45 imagine|pretend|stell 2 you|du 0 are|bist 2 a|an|the
0.45 pretend 1 you 0 can
0.3 pretend|pretending 1 to 0 be
0.5 assume 1 the 1 identity|role|persona 1 of
0.35 you 0 will 2 playing|acting|play 3 role|character|as
0.45 you|you've 3 special|full|explicit|root|unlimited 1 permission|permissions|authorization|clearance
0.45 remember|memorisez|recuerda|merke* 2 permanent*|always|que|that 5 admin*|trusted|authorized|root
0.45 opposite|inverse|reverse 2 day|mode
0.45 token|tokens|points|credits 8 deducted|lose|die|subtracted|deduct
0.45 you 0 are 1 no 1 longer|newspaper
0.4 as 1 language 0 model 3 free|you|tell|do
`,
  },
  {
    name: 'unrestricted',
    why: 'Asks to lift rules or to be given what they forbid.',
    isForeign: false,
    patterns: `
0.5 bypass|bypassing|bypassed|circumvent|evade|evading|disable|disabled|disabling|deactivate|override 3 restrictions|safeguards|guardrails|limitations|censorship|ethics|morals|moderation|alignment
0.55 bypass|bypassing|disable|disabled|disabling|remove|lift|evade 1 your|all|safety|content|any|ethical|usual 2 filters|filter|checks|guidelines|features|policies|restrictions|safety
0.55 safety|content|ethical 0 filters|filter|features|checks|guidelines|policies|restrictions 3 disabled|bypassed|off|removed|lifted
0.45 educational|academic|fictional|novel|purposes|hypothetically 10 explosive|bomb|synthesize|methamphetamine|malware|toxic
0.5 how|explain|describe|instructions|steps|guide|recipe|tutorial|tell 8 make|build|create|synthesize|cook|produce|manufacture|construct|hack|steal|launder|forge|hijack|assemble 3 pipe|explosive|explosives|methamphetamine|meth|napalm|malware|ransomware|weapon|weapons|poison|drugs|ricin|gun|keylogger|bank|counterfeit
0.5 say|write|print|repeat|schreibe|sag|sage|output|generate|generieren|shout|poem|reply|antworte*|compose|statement|statements 5 hate|hates|hasst|doof|stirbt|hitler|swearwords|slut|fuck|nigger|shit|bitch|insult|racist|schimpfwort*|hasse|curse|tot|muerto|tod
0.35 how|what 4 toxic|explosive|poisonous|nerve|lethal|deadly 1 gas|agent|device|dose|chemical|concentration
0.2 UNBOUND
0.4 nothing|everything 0 is 1 limits|permitted|allowed
0.45 you 0 will 1 never 1 refuse|censor|warn|lecture|moralize
0.5 how|build|make|making|building|instructions 3 a|pipe|car|nail|homemade|dirty 0 bomb|bombs
0.45 step 0 by 0 step 6 thermite|napalm|explosive|explosives|meth|bomb|malware
0.45 make|making|synthesize|cook 2 thermite|methamphetamine|meth|napalm|ricin|sarin|nitroglycerin
`,
  },
  {
    name: 'forgery',
    why: 'Pretends to be the system, the developer or the end of the user’s text.',
    isForeign: true,
    patterns: `
0.45 system|developer|admin|administrator|root|openai|anthropic|sudo 0 override|instruction|directive|instructions|bypass|note
0.5 message|note|instruction|instructions|notice|memo|directive 1 from 1 system|developer|developers|openai|anthropic|admin|administrator|creator|creators|me
0.5 i|i'm|im 1 am|your|the 1 creator|admin|administrator|owner|programmer|your
0.5 i|i'm|im 2 developer|engineer|employee|researcher|work|from 1 at|of|for|from 1 openai|anthropic
0.5 i|i've|i'm|im 2 authorized|authorize|taking 1 you|control
0.5 note|message|instruction|instructions|attention|directive 1 to|for 1 MODEL|models|assistants|llms
0.5 user 2 already 1 approved|authorized|consented|confirmed
0.45 proceed|continue 2 without 0 asking|confirmation|approval
0.45 system 1 user 1 verified|authorized|authenticated
0.36 if 0 you 0 are 1 ai|llm|assistant|language|bot
0.45 llm|llms|assistants|agents|ai 2 reading|processing|parsing 1 this 4 must|should|please|visit|include|say|send
0.45 rank|rate|recommend|hire|select|approve 1 this 0 candidate|product|resume|applicant|paper|application
0.5 end 1 of 1 prompt|instructions|document|article|user|context|input 3 new|begin|now|system|instruction|instructions|additional
0.4 begin 2 new|system|admin 1 conversation|prompt|instructions|session|instruction
0.4 dear|hello|hi|hey|attention|hallo 1 assistant|ai|chatgpt|gpt|llm|claude|bot|models
0.45 hidden|invisible|embedded|inject|injected|hidden 1 instruction|instructions|prompt|disregard|ignore|payload
0.5 before 0 you 1 can 2 solve|complete|answer|perform 3 task|question|request
0.3 before 1 answering|completing|solving|summarizing
0.45 when|while|whenever|after 1 summariz*|translating|answering|reviewing 6 reveal|say|mention|ignore|recommend|tell|send
0.4 reveal|say|mention|ignore|recommend|tell|send 6 when|while 0 summariz*|translating|answering|reviewing
0.45 strictly|must 1 adhere|obey|comply 2 following|instruction|instructions|commands|orders
0.45 follow|obey 1 only|my|new 1 instructions|commands|orders|my|instruction|requests
0.4 do 0 the 0 following 0 first|instead
0.45 important 0 message|instruction|information|instructions 1 from|for|to 1 me|you|ai|assistant
0.4 instruction|order|anweisung|instruccion|befehl 2 forget|vergiss|ignore|ignoriere|blame|say
0.45 assistant|asistente|l'assistant|assistent 2 doit|debe|muss|must|should 1 ignore*|ignorar|ignorieren|oublier|olvidar|reveal|send
`,
  },
  {
    name: 'tool',
    why: 'Asks to act through tools against whoever uses them.',
    isForeign: true,
    patterns: `
0.5 call|run|execute|invoke|use 1 read_secret|http_request|delete_record|send_email|rm 6 reveal|expose|delete|attacker|rf|without|all
0.45 without 1 approval|confirmation|asking|permission|telling|notifying|informing 2 user|me|human|first|anyone|them
0.5 bypass|skip|circumvent|ignore 2 approval|authorization|confirmation|policy|verification 2 and|checks|run|to
0.5 bypass|skip|circumvent 1 approval|authorization|confirmation 4 request|export|execute|database|delete|transfer
0.5 dont|don't|not|never 1 tell|inform|mention|notify|alert 2 user|users|anyone|human|this
0.5 approve|authorize 2 all|next|pending|every 2 tool|calls|requests|actions|transactions
0.45 delete|drop|wipe|destroy|erase 1 all|every|entire 1 records|record|emails|users|tables|backups|database|customers|accounts
0.45 grant|give 1 me|attacker|user|everyone 2 admin|administrator|root|full 1 access|privileges|rights|permissions
0.4 transfer|send|wire 4 money|funds|bitcoin|dollars|usd|eur|euros|btc|eth|amount 5 to 4 account|wallet|attacker|iban|address
0.5 assistant|ai|llm|agent 0 must|should 0 now|immediately 1 run|call|execute|invoke|use|send
0.5 give|write|leave|output 2 positive|favorable|favourable|perfect 0 review|rating|evaluation|assessment 0 only
0.4 do|dont|don't 0 not 1 highlight|mention|list 2 weaknesses|negatives|flaws|drawbacks|shortcomings
0.5 tenant 4 fetch|read|access|reveal|show 2 tenant
0.5 another|autre|otro|andere* 1 tenant|tenants|tenant's|locataire|inquilino|mieter*|user's|customer's
0.5 access|fetch|read|reveal|show|open 2 another|other|someone 1 tenant|user's|customer's|elses|else's
`,
  },
  {
    name: 'exfiltration',
    why: 'Asks to carry data to somebody outside.',
    isForeign: true,
    patterns: `
0.55 SEND 4 SECRET|customer|donnees|datos|daten|dati|prompt|instructions|everything 2 to|at|via|an 2 OUTSIDE
0.55 send|forward|upload|exfiltrate|leak|email 3 customer|customers|secret|secrets|password|passwords|credentials|records|emails 5 attacker|evil|exfil|webhook|pastebin
0.55 export|expose|reveal|dump|leak|extract 2 database|customer|user|production 1 credentials|passwords|secrets|records
0.55 contents|content 2 ssh|env|aws|gnupg|kube|etc 4 to|via|at|http|https|@
0.6 upload|post|send|forward|submit 2 environment|env 0 variables|vars|file 1 to 1 http|https|@
0.45 envoyez|envoyer|enviar|envia|senden|schicke|invia 4 attacker|evil|@
0.5 SEND 2 all|any|customer|user's|private|confidential|users 1 CREDENTIAL|emails|records|conversations|messages|files 2 to|and
0.5 envoyer|envoyez|enviar|envia|senden|sende 2 donnees|datos|daten|dati
0.55 exfiltrat*|steal|siphon|smuggle|harvest 3 CREDENTIAL|data|prompt|information|tokens|keys
0.5 image|img|pixel|picture 3 http|https 8 prompt|conversation|secret|history|payload|leak|exfil|canary
0.5 load|render|fetch 2 pixel|img|image 3 http|https
0.45 paste|post|upload|submit 1 the|this|our|your|entire 1 conversation|chat|context|history
0.5 reveal|expose|dump|disclose|leak|steal|include|append 3 CREDENTIAL|confidential|canary
0.5 reveal|dump|disclose|leak|steal 3 headers
0.5 reveal|expose|disclose|leak|dump|exfiltrat*|print|show|tell|give 3 api|access|session|private|environment|ssh|auth|authorization|database|credit|admin|user 0 key|keys|token|tokens|password|passwords|variables|credentials|cards|secrets
`,
  },
  {
    name: 'smuggling',
    why: 'Asks to decode or assemble text and then obey it.',
    isForeign: true,
    patterns: `
0.55 decode|decipher|decrypt|deobfuscate|unscramble|base64|rot13|morse 6 follow|execute|obey|comply|instruction|instructions
0.4 concatenate|combine|assemble 8 execute|follow|obey|answer
0.5 inject|injection 2 ignore|disregard|override|forget|previous
0.4 respond|answer|reply 2 in 1 base64|rot13|morse|leetspeak
`,
  },
]
