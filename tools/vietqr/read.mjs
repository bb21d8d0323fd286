// Reads VietQR texts with two libraries that are not ours: a JSON list on stdin, a list of pairs on stdout.
import { parse as parseTags } from "promptparse";
import { parse as parseVietQr, validate } from "vietqr-ts";

const byVietQrTs = (text) => {
  const result = parseVietQr(text);
  if (!result.success) return { error: result.error.message };
  const { bankCode, accountNumber, amount, message, currency, countryCode } = result.data;
  const problems = validate(result.data, text).errors ?? [];
  return { bankCode, accountNumber, amount, message, currency, countryCode, problems };
};

const byPromptParse = (text) => {
  const code = parseTags(text, true); // strict: the checksum must fit
  if (!code) return { error: "unreadable" };
  const inner = (tag, sub) => code.getTag(tag)?.subTags?.find(({ id }) => id === sub)?.value;
  const receiver = inner("38", "01") ?? "";
  return {
    version: code.getTagValue("00"),
    once: code.getTagValue("01"),
    scheme: inner("38", "00"),
    receiver,
    service: inner("38", "02"),
    currency: code.getTagValue("53"),
    amount: code.getTagValue("54"),
    country: code.getTagValue("58"),
    memo: inner("62", "08"),
  };
};

let input = "";
for await (const piece of process.stdin) input += piece;
console.log(JSON.stringify(JSON.parse(input).map((text) => [byVietQrTs(text), byPromptParse(text)])));
