/** What of the document is not ours: foreign elements, handlers, addresses that leave, boxes burst open. Run inside the page. */
export function foreignNodes(): string[] {
  const ours =
    'html head meta link script title body noscript div header main nav aside section search span a bdi button input select option label form ul ol li dl dt dd h1 h2 h3 p pre code strong time details summary svg path rect dialog kbd table thead tbody tr th td fieldset legend figure figcaption textarea mark ins del b'
  const allowed = new Set(ours.split(' '))
  return [...document.querySelectorAll('*')].flatMap((element) => {
    const found: string[] = []
    if (element.matches('main, .run-scroll, .panel-body') && element.scrollWidth > element.clientWidth) {
      found.push(`${element.className || element.localName} is too wide`)
    }
    if (!allowed.has(element.localName)) found.push(`<${element.localName}>`)
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || name === 'srcdoc') found.push(`${element.localName} ${name}`)
      const leads = ['href', 'src', 'action', 'formaction', 'xlink:href', 'poster', 'data'].includes(name)
      if (leads && new URL(value, location.href).origin !== location.origin) found.push(`${name}=${value}`)
    }
    return found
  })
}
