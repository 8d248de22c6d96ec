// Escaping is what stands between a hostile cell and the reader's browser.
import { html, htmlPage, raw } from '../../lake/html';

describe('html', () => {
  it('escapes markup and quotes in values, in content and in attributes', () => {
    const hostile = `"><script>alert('x')</script>&`;
    const text = html`<td title="${hostile}">${hostile}</td>`.toString();
    const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;';
    expect(text).toBe(`<td title="${escaped}">${escaped}</td>`);
  });

  it('shows bidi marks, zero widths, controls and lone surrogates instead of obeying them', () => {
    const text = html`${'xa\u202Excod.exe'} ${'03\u200B646'} ${'a\u0000b'} ${'\uFEFFa'} ${'\uD800'}`.toString();
    expect(text).toBe('xa[U+202E]xcod.exe 03[U+200B]646 a[U+0000]b [U+FEFF]a [U+D800]');
  });

  it('leaves Vietnamese letters, line breaks and paired surrogates alone', () => {
    const text = 'Hồ sơ Đường\n\tsố 1 🙂 phường Thủy Xuân';
    expect(html`${text}`.toString()).toBe(text);
  });

  it('joins lists, keeps nested markup, and writes nothing for null, undefined and false but keeps zero', () => {
    const items = ['<a>', 'b'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.toString()).toBe(
      '<ul><li>&lt;a&gt;</li><li>b</li>0</ul>',
    );
  });

  it('takes markup as it is only through raw', () => {
    expect(html`${raw('<b>&amp;</b>')}`.toString()).toBe('<b>&amp;</b>');
  });

  it('escapes an object that merely looks like markup text', () => {
    const parsed = JSON.parse('{"name":"<img src=x onerror=alert(1)>"}') as { name: string };
    expect(html`${parsed.name}`.toString()).not.toContain('<img');
  });
});

describe('htmlPage', () => {
  it('forbids scripts and requests by policy, declares the language, and escapes the title', () => {
    const page = htmlPage({
      lang: 'vi',
      title: '</title><script>',
      css: '.a{}',
      fontCss: '@font-face{}',
      body: html`<p>1</p>`,
    });
    expect(page).toMatch(/^<!doctype html>\n<html lang="vi">/);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain('<script');
    expect(page.indexOf('@font-face{}')).toBeLessThan(page.indexOf('.a{}'));
  });
});
