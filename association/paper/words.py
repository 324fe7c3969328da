"""Words that every sheet says alike."""

from association.kernel.i18n import N_

ISSUER = N_("石家庄市安全技术防范行业协会")
PAGES = N_("第{page}页，共{pages}页")
