// A private word to whoever writes: this sounds like defending what we do. It is found here, in their own browser, and
// said to nobody else. Half of what a journey map is for is lost when it turns into a justification (LH-40).
const DEFENDING = [
  [/\b(?:the )?(?:customers?|clients?|they|users?|buyers?|people)\b[^.!?]{0,20}\b(?:should(?:n['’]t)?|must|need to|have to|ought to|could just|only have to|simply have to)\b/i, "It says what customers should do. What could we do?"],
  [/\b(?:they|customers?|clients?|users?|people)\b[^.!?]{0,15}\b(?:do(?:es)?(?:n['’]t| not)|never|can(?:['’]t|not)|fail to|refuse to)\b[^.!?]{0,12}\b(?:understand|read|listen|know|get|realis|realiz|appreciate|pay attention|bother)/i, "It says what customers fail to do. What would make it easy for them?"],
  [/\b(?:customers?|clients?|users?|they)\b[^.!?]{0,20}\b(?:too demanding|unrealistic|exaggerat|complain(?:ing)? about (?:nothing|everything)|spoil(?:ed|t)|impatient|lazy|careless|wrong|to blame|their (?:own )?fault)/i, "It judges customers. What did they need?"],
  [/\b(?:it(?:['’]s| is)|that(?:['’]s| is)) (?:not (?:our|my) (?:fault|job|problem|responsibility)|company policy|just (?:policy|how it works)|the way (?:it is|we (?:have )?always))/i, "It defends how things are. What does it cost customers?"],
  [/\bwe(?:['’]ve| have)? (?:already|always) (?:do(?:ne)?|did|tell|told|offer(?:ed)?|have|had|explain(?:ed)?|inform(?:ed)?|communicate[d]?)\b/i, "It says that we do this already. Do customers notice it?"],
  [/\b(?:as|like) (?:we|it) (?:clearly )?(?:said|stated|says|communicated|explained)|\bclearly (?:stated|communicated|documented)|\bit (?:clearly )?says so (?:in|on)\b/i, "It says that we said so. Did it reach them?"],
];

/** A sentence for the author, or "". */
export const defending = (text) => DEFENDING.find(([pattern]) => pattern.test(text))?.[1] ?? "";
