// Words that YAML takes for something else than text.
const NO_TEXT = /^(?:true|false|yes|no|on|off|null|~)$/i

/** A text as a value of block YAML, in quotes only where it needs them. */
export function yamlText(text: string): string {
  const isPlain = /^[A-Za-z][\w ./:()+-]*$/.test(text) && !/: |:$| $|\s#/.test(text)
  if (isPlain && !NO_TEXT.test(text)) return text
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text)
    ? JSON.stringify(text)
    : `'${text.replaceAll("'", "''")}'`
}
