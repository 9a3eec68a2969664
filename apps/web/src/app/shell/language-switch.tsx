import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, currentLanguage } from '../../i18n/i18n';

/** Goes to the other language, which is named in itself, so that whoever needs it can read it. */
export function LanguageSwitch() {
  useTranslation('app');
  const isChinese = currentLanguage() === 'zh';
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      lang={isChinese ? 'en' : 'zh-CN'}
      onClick={() => void chooseLanguage(isChinese ? 'en' : 'zh')}
    >
      {isChinese ? 'English' : '中文'}
    </Button>
  );
}
