// CloudWatch masks what should never have been logged: mail addresses, and numbers shaped like a citizen's identity number or a
// telephone's. Its expressions know no brackets.

export function logMasking(base: string): object {
  const identifiers = ['arn:aws:dataprotection::aws:data-identifier/EmailAddress', 'SoDinhDanh', 'SoDienThoai'];
  return {
    Name: `${base}-masking`,
    Version: '2021-06-01',
    Configuration: {
      CustomDataIdentifier: [
        { Name: 'SoDinhDanh', Regex: '\\b0\\d{11}\\b' },
        { Name: 'SoDienThoai', Regex: '\\b0[35789]\\d{8}\\b|\\b84[35789]\\d{8}\\b' },
      ],
    },
    Statement: [
      { Sid: 'audit', DataIdentifier: identifiers, Operation: { Audit: { FindingsDestination: {} } } },
      { Sid: 'mask', DataIdentifier: identifiers, Operation: { Deidentify: { MaskConfig: {} } } },
    ],
  };
}
