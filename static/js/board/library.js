// Touchpoints that B2B companies have, by part of the journey: to start from, never to finish with.
// Each: what she does, the usual channel, the kind. `words`: what a stage of this part is usually called.
export const LIBRARY = [
  {
    name: "Before she knows us", words: ["awareness", "notice", "need", "pain", "see"],
    ideas: [
      ["Notices that something costs too much", "", "waiting"],
      ["Hears from a peer how they solved it", "Event", "partner"],
      ["Reads an article about her problem", "Website", "document"],
      ["Meets us at a trade fair", "Event", "contact"],
      ["Talks with her own people about it", "", "self_service"],
      ["Sees a demonstration at a neighbour’s plant", "Site visit", "partner"],
    ],
  },
  {
    name: "She looks around", words: ["research", "look", "ways", "ask", "around"],
    ideas: [
      ["Searches for who could help", "Website", "self_service"],
      ["Compares suppliers on our website", "Website", "self_service"],
      ["Downloads a data sheet", "Website", "document"],
      ["Asks for a first conversation", "E-mail", "contact"],
      ["Gets a call back", "Phone", "contact"],
      ["Joins a webinar", "Video call", "contact"],
      ["Asks for references", "E-mail", "contact"],
    ],
  },
  {
    name: "She compares and decides", words: ["evaluation", "compare", "decide", "try", "brief", "choose", "proposal"],
    ideas: [
      ["Shows us how she works", "Site visit", "contact"],
      ["Tries it with her own material or data", "", "product"],
      ["Reads the offer", "Document", "document"],
      ["Asks what it costs over its life", "E-mail", "contact"],
      ["Visits a reference customer", "Site visit", "partner"],
      ["Presents us to her board", "Document", "self_service"],
      ["Has security and legal check us", "Document", "waiting"],
    ],
  },
  {
    name: "She buys", words: ["purchase", "order", "agree", "contract"],
    ideas: [
      ["Negotiates the contract", "E-mail", "contact"],
      ["Places the order in her system", "Portal", "self_service"],
      ["Gets the confirmation", "E-mail", "document"],
      ["Learns the delivery date", "E-mail", "contact"],
      ["Makes the down payment", "Document", "self_service"],
      ["Meets whoever will look after her", "Video call", "contact"],
    ],
  },
  {
    name: "She gets it running", words: ["delivery", "commissioning", "onboarding", "set", "up", "kick-off", "start", "running"],
    ideas: [
      ["Prepares her site or data", "Document", "self_service"],
      ["Receives the delivery", "Delivery", "contact"],
      ["Has it installed", "Site visit", "contact"],
      ["Sees it run for the first time", "Site visit", "product"],
      ["Has her people trained", "Training", "contact"],
      ["Signs the acceptance", "Document", "document"],
      ["Invites her colleagues", "Portal", "self_service"],
    ],
  },
  {
    name: "She uses it", words: ["operation", "adoption", "use", "work", "every", "day", "together"],
    ideas: [
      ["Uses it on an ordinary day", "", "product"],
      ["Looks something up", "Portal", "self_service"],
      ["Orders parts or supplies", "Portal", "self_service"],
      ["Gets the invoice", "E-mail", "document"],
      ["Gets a new version or an upgrade", "Portal", "product"],
      ["Has a review with her account manager", "Video call", "contact"],
      ["Answers a survey", "E-mail", "contact"],
    ],
  },
  {
    name: "She needs help", words: ["service", "support", "help", "stuck", "recovery", "wrong"],
    ideas: [
      ["Notices that something is wrong", "", "product"],
      ["Looks for the answer herself", "Website", "self_service"],
      ["Reports the problem", "Phone", "contact"],
      ["Waits for somebody who can help", "Phone", "waiting"],
      ["Has an engineer on site", "Site visit", "contact"],
      ["Waits for the spare part", "Delivery", "waiting"],
      ["Complains", "E-mail", "contact"],
      ["Hears what was done about it", "E-mail", "contact"],
    ],
  },
  {
    name: "She stays, grows or leaves", words: ["renewal", "end", "of", "life", "referral", "renew", "stop", "grow", "leave", "look", "back"],
    ideas: [
      ["Gets the renewal offer", "E-mail", "document"],
      ["Asks whether it was worth it", "", "self_service"],
      ["Thinks about buying more", "Video call", "contact"],
      ["Recommends us to a peer", "Event", "partner"],
      ["Gives notice", "E-mail", "contact"],
      ["Gets her data or machine taken back", "Delivery", "contact"],
    ],
  },
];
